// inet_diag datagrams, requests and port filters: any bytes give sockets or an error, and the
// sockets that were read can be written and read again.
#include <cstdint>

#include "kernel/wire/sock_diag.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace weir;
  const auto bytes = std::as_bytes(std::span(data, size));
  const auto interrupted = wire::parse_diag_datagram(bytes, [](const wire::DiagSocket& socket) {
    wire::MessageWriter writer;
    wire::write_diag_socket(writer, socket, true);
    int again = 0;
    const auto result =
        wire::parse_diag_datagram(writer.bytes(), [&](const wire::DiagSocket& copy) {
          ++again;
          if (copy.cookie != socket.cookie || copy.drops != socket.drops ||
              copy.v6only != socket.v6only || copy.source_port != socket.source_port)
            __builtin_trap();
          if ((copy.flow == nullptr) != (socket.flow == nullptr) ||
              (copy.flow && !(*copy.flow == *socket.flow)))
            __builtin_trap();
        });
    if (!result.ok() || again != 1) __builtin_trap();
    static_cast<void>(wire::to_listener(socket));
  });
  static_cast<void>(interrupted.ok());
  if (const auto request = wire::parse_diag_request(bytes); request.ok())
    static_cast<void>(wire::build_diag_request(*request));
  static_cast<void>(wire::for_each_message(bytes, [](const wire::Message& message) -> Status {
    static_cast<void>(wire::parse_error_number(message));
    return {};
  }));
  for (const std::uint16_t port : {std::uint16_t{0}, std::uint16_t{40000}, std::uint16_t{65535}})
    static_cast<void>(wire::run_port_filter(bytes, port));
  return 0;
}
