// NetworkNamespace: an open network namespace, and the visit of a thread to it. It does not make
// namespaces.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/fd.h"
#include "base/result.h"

namespace weir::kernel {

/// The namespace of all threads of this process (no thread stays in another: see Visit), and the
/// target namespace.
class NetworkNamespace {
 public:
  /// The process's own.
  static Result<NetworkNamespace> open_current();
  /// Opens a file such as /run/netns/NAME or /proc/PID/ns/net; `name` is for the error's sentence.
  static Result<NetworkNamespace> open_file(const std::string& path, const std::string& name);

  /// Opens a namespace by the kernel's own numbers, the cookie and the inode, without a path (file
  /// handles of namespaces, Linux 6.18). Errors: gone (the kernel says that this namespace is not
  /// in use any more), unsupported (this kernel cannot do it, or may hide namespaces from this
  /// process), not_permitted, io.
  static Result<NetworkNamespace> open_id(std::uint64_t cookie, std::uint64_t inode);

  [[nodiscard]] bool is_own() const { return !target_.valid(); }
  /// The number of its file. No other namespace gets it as long as this value keeps the namespace
  /// open.
  [[nodiscard]] Result<std::uint64_t> inode() const;

  /// The calling thread is inside the namespace from enter() until this value ends. If the way back
  /// fails, it ends the process, because every later read and write would affect the wrong host.
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
  UniqueFd target_;  ///< not valid if the namespace is the process's own
};

}  // namespace weir::kernel
