// The sockets of the server: any stream (TCP, Unix), and the executor by its own type, which is
// half the size of Asio's general one.
#pragma once

#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>

namespace mqttspec::server {

using Protocol = boost::asio::generic::stream_protocol;
using Socket = boost::asio::basic_stream_socket<Protocol, boost::asio::io_context::executor_type>;
using Acceptor =
    boost::asio::basic_socket_acceptor<Protocol, boost::asio::io_context::executor_type>;

}  // namespace mqttspec::server
