#include "kernel/wire/diag_filter.h"

#include <algorithm>

#include <linux/inet_diag.h>

namespace weir::wire {
namespace {

// Offsets are in bytes from the operation itself. A comparison takes two operations: the second one
// holds the port. A socket is shown if the program reaches its end; a jump beyond the end hides the
// socket.
constexpr std::size_t operation_size = sizeof(inet_diag_bc_op);
constexpr std::size_t comparison_size = 2 * operation_size;
constexpr std::size_t exception_size = 2 * comparison_size + operation_size;

void put_operation(ByteBuffer& program, std::uint8_t code, std::size_t yes, std::size_t no) {
  const inet_diag_bc_op operation{code, static_cast<unsigned char>(yes),
                                  static_cast<unsigned short>(no)};
  const auto bytes = std::as_bytes(std::span(&operation, 1));
  program.insert(program.end(), bytes.begin(), bytes.end());
}

void put_comparison(ByteBuffer& program, std::uint8_t code, std::uint16_t port, std::size_t no) {
  put_operation(program, code, comparison_size, no);
  put_operation(program, INET_DIAG_BC_NOP, 0, port);
}

/// Hides these ports: a port must be above them or below them. The kernel's check of a program
/// requires the jump between the two alternatives.
void put_exception(ByteBuffer& program, PortSpan ports, std::size_t left) {
  put_comparison(program, INET_DIAG_BC_S_GE, static_cast<std::uint16_t>(ports.high + 1),
                 comparison_size + operation_size);
  put_operation(program, INET_DIAG_BC_JMP, operation_size, operation_size + comparison_size);
  put_comparison(program, INET_DIAG_BC_S_LE, static_cast<std::uint16_t>(ports.low - 1),
                 left - comparison_size);
}

}  // namespace

ByteBuffer build_port_filter(const PortFilter& filter) {
  std::vector<PortSpan> without;
  for (const auto ports : filter.without) {
    const bool inside =
        ports.low > filter.span.low && ports.low <= ports.high && ports.high < filter.span.high;
    if (inside && without.size() < max_spans_without) without.push_back(ports);
  }
  std::size_t left = 2 * comparison_size + without.size() * exception_size;
  ByteBuffer program;
  put_comparison(program, INET_DIAG_BC_S_GE, filter.span.low, left + operation_size);
  left -= comparison_size;
  put_comparison(program, INET_DIAG_BC_S_LE, filter.span.high, left + operation_size);
  left -= comparison_size;
  for (const auto ports : without) {
    put_exception(program, ports, left);
    left -= exception_size;
  }
  return program;
}

bool run_port_filter(ByteSpan program, std::uint16_t port) {
  while (!program.empty()) {
    const auto operation = load<inet_diag_bc_op>(program);
    const auto operand =
        load<inet_diag_bc_op>(program.subspan(std::min(program.size(), operation_size)));
    if (!operation) return false;
    bool yes = true;
    if (operation->code == INET_DIAG_BC_JMP) yes = false;
    if (operation->code == INET_DIAG_BC_S_GE) yes = operand && port >= operand->no;
    if (operation->code == INET_DIAG_BC_S_LE) yes = operand && port <= operand->no;
    const std::size_t step = yes ? operation->yes : operation->no;
    if (step < operation_size || step > program.size()) return false;
    program = program.subspan(step);
  }
  return true;
}

}  // namespace weir::wire
