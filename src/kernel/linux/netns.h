// NetworkNamespace: an open network namespace, and the visit of a thread to it.
// Not a maker of namespaces.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/fd.h"
#include "base/result.h"

namespace weir::kernel {

/// The namespace that every thread of this process is in (no thread stays in another: see Visit),
/// and the one that is meant.
class NetworkNamespace {
 public:
  /// The process's own.
  static Result<NetworkNamespace> open_current();
  /// Of a file such as /run/netns/NAME or /proc/PID/ns/net; `name` is for the sentence when it
  /// fails.
  static Result<NetworkNamespace> open_file(const std::string& path, const std::string& name);

  /// By the kernel's own numbers, the cookie and the inode, whatever leads to it (file handles of
  /// namespaces, Linux 6.18). Errors: gone (the kernel says that no such namespace is in use any
  /// more), unsupported (this kernel cannot, or may hide namespaces from this process),
  /// not_permitted, io.
  static Result<NetworkNamespace> open_id(std::uint64_t cookie, std::uint64_t inode);

  [[nodiscard]] bool is_own() const { return !target_.valid(); }
  /// The number of its file; no other namespace has it as long as this value holds it open.
  [[nodiscard]] Result<std::uint64_t> inode() const;

  /// The calling thread is inside the namespace from enter() until this value ends. Ends the
  /// process when the way back fails, because every later read and write would be of the wrong
  /// host.
  class Visit {
   public:
    explicit Visit(int own) : own_(own) {}
    Visit(Visit&& other) noexcept : own_(std::exchange(other.own_, -1)) {}
    Visit& operator=(Visit&&) = delete;
    Visit(const Visit&) = delete;
    Visit& operator=(const Visit&) = delete;
    ~Visit();

   private:
    int own_;  ///< borrowed; -1: nothing to undo
  };
  [[nodiscard]] Result<Visit> enter() const;

 private:
  NetworkNamespace() = default;
  /// The namespace, after one visit that shows that it can be entered.
  static Result<NetworkNamespace> enter_once(NetworkNamespace opened, const std::string& name);

  UniqueFd own_;
  UniqueFd target_;  ///< not valid when the namespace is the process's own
};

}  // namespace weir::kernel
