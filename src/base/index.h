// Index: finds the elements of a list by their key, in logarithmic time. Not a container: it
// borrows the list. Sorted and not hashed: the lists come from files, and the author of a file
// could choose keys that collide.
#pragma once

#include <algorithm>
#include <cstddef>
#include <span>
#include <utility>
#include <vector>

namespace weir {

template <class Key, class T>
class Index {
 public:
  Index() = default;
  /// Elements with their keys; here the order of the entries is the list's order.
  explicit Index(std::vector<std::pair<Key, const T*>> entries) {
    std::stable_sort(entries.begin(), entries.end(),
                     [](const auto& a, const auto& b) { return a.first < b.first; });
    keys_.reserve(entries.size());
    elements_.reserve(entries.size());
    for (auto& [key, element] : entries) {
      keys_.push_back(std::move(key));
      elements_.push_back(element);
    }
  }
  /// `keys_of(element, add)` calls `add(key)` for each key of the element.
  template <class KeysOf>
  Index(const std::vector<T>& list, KeysOf keys_of) : Index(list_entries(list, keys_of)) {}

  /// The elements with the key, in the list's order; an element that gave a key twice occurs twice.
  [[nodiscard]] std::span<const T* const> all(const Key& key) const {
    const auto [first, last] = std::equal_range(keys_.begin(), keys_.end(), key);
    return {elements_.data() + (first - keys_.begin()), static_cast<std::size_t>(last - first)};
  }
  /// The first such element of the list; null if there is none.
  [[nodiscard]] const T* find(const Key& key) const {
    const auto found = all(key);
    return found.empty() ? nullptr : found.front();
  }

 private:
  template <class KeysOf>
  static std::vector<std::pair<Key, const T*>> list_entries(const std::vector<T>& list,
                                                            KeysOf& keys_of) {
    std::vector<std::pair<Key, const T*>> entries;
    for (const T& element : list)
      keys_of(element, [&](Key key) { entries.emplace_back(std::move(key), &element); });
    return entries;
  }

  std::vector<Key> keys_;
  std::vector<const T*> elements_;
};

/// The index of a list whose elements have one key each.
template <class Key, class T, class KeyOf>
[[nodiscard]] Index<Key, T> index_by(const std::vector<T>& list, KeyOf key_of) {
  return Index<Key, T>(list, [&](const T& element, const auto& add) { add(key_of(element)); });
}

}  // namespace weir
