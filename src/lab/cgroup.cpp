#include "lab/cgroup.h"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <vector>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fd.h"
#include "lab/process.h"

namespace weir::lab {
namespace {

constexpr std::int64_t period_us = 50'000;

Status write_file(const std::string& path, const std::string& text) {
  const UniqueFd fd(open(path.c_str(), O_WRONLY | O_CLOEXEC));
  if (fd.valid() && write_all(fd.get(), text)) return {};
  return make_error(ErrorCode::io, path + ": " + std::strerror(errno));
}

bool contains_word(const std::string& path, const std::string& word) {
  std::ifstream file(path);
  std::string next;
  while (file >> next) {
    if (next == word) return true;
  }
  return false;
}

struct Hierarchy {
  std::string root;
  bool unified = false;
};

Result<Hierarchy> find_hierarchy() {
  for (const char* root : {"/sys/fs/cgroup/cpu", "/sys/fs/cgroup/cpu,cpuacct"}) {
    if (access((std::string(root) + "/cpu.cfs_quota_us").c_str(), F_OK) == 0)
      return Hierarchy{root, false};
  }
  if (contains_word("/sys/fs/cgroup/cgroup.subtree_control", "cpu"))
    return Hierarchy{"/sys/fs/cgroup", true};
  return make_error(ErrorCode::unsupported,
                    "no cgroup hierarchy on this host offers the cpu controller");
}

std::string free_folder(const std::string& root) {
  const std::string stem = root + "/weir-lab-" + std::to_string(getpid()) + "-";
  int number = 0;
  while (access((stem + std::to_string(number)).c_str(), F_OK) == 0) ++number;
  return stem + std::to_string(number);
}

}  // namespace

Result<CpuQuota> CpuQuota::create(double share) {
  WEIR_TRY(const Hierarchy hierarchy, find_hierarchy());
  const std::string folder = free_folder(hierarchy.root);
  if (mkdir(folder.c_str(), 0755) != 0)
    return make_error(ErrorCode::unsupported, folder + ": " + std::strerror(errno));
  CpuQuota made(folder);
  const std::string quota =
      std::to_string(static_cast<std::int64_t>(share * static_cast<double>(period_us)));
  const std::string period = std::to_string(period_us);
  if (hierarchy.unified) {
    WEIR_CHECK(write_file(folder + "/cpu.max", quota + " " + period));
    return made;
  }
  WEIR_CHECK(write_file(folder + "/cpu.cfs_period_us", period));
  WEIR_CHECK(write_file(folder + "/cpu.cfs_quota_us", quota));
  return made;
}

CpuQuota::~CpuQuota() {
  if (folder_.empty()) return;
  const std::string parent = std::filesystem::path(folder_).parent_path().string();
  for (int round = 0; round < 50 && rmdir(folder_.c_str()) != 0 && errno == EBUSY; ++round) {
    std::ifstream processes(folder_ + "/cgroup.procs");
    std::string pid;
    while (processes >> pid) (void)write_file(parent + "/cgroup.procs", pid);
    sleep_for(milliseconds(20));
  }
}

Status CpuQuota::add(pid_t pid) const {
  return write_file(folder_ + "/cgroup.procs", std::to_string(pid));
}

}  // namespace weir::lab
