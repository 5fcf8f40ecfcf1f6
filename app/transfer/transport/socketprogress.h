#pragma once

#include <QtGlobal>

#include <curl/curl.h>

#include <optional>

namespace longshore {

/// Whether unacknowledgedBytes() can answer on this system.
bool systemCountsUnacknowledgedBytes();

/// Bytes written to a TCP socket that the other end's kernel has not acknowledged yet, sent or not;
/// TLS's bytes, on a connection with TLS. Nothing where the system doesn't tell.
std::optional<qint64> unacknowledgedBytes(curl_socket_t socket);

/// Keeps what the kernel holds unsent small, so that what was handed to it is close to the wire.
void limitUnsentBytes(curl_socket_t socket);

/// Which of the wanted CURL_CSELECT_IN and CURL_CSELECT_OUT the socket is ready for now.
int socketReadiness(curl_socket_t socket, int wanted);

} // namespace longshore
