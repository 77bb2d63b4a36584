#include "fuzz/generators/mutate_program.hpp"

#include <algorithm>
#include <utility>

namespace mqttspec::fuzz {

using codec::Choices;
using Kind = Operation::Kind;

namespace {

using Place = Program::iterator;

std::size_t index_in(Choices& c, const Program& program) {
  return static_cast<std::size_t>(c.below(program.size()));
}
Place place_in(Choices& c, Program& program) {
  return program.begin() + static_cast<std::ptrdiff_t>(c.below(program.size() + 1));
}

// Some operations in a row, mostly few.
std::pair<std::size_t, std::size_t> stretch_of(Choices& c, const Program& program) {
  const std::size_t first = index_in(c, program);
  const auto longest = std::min<std::size_t>(program.size() - first, c.flip() ? 1 : 8);
  return {first, c.between<std::size_t>(1, longest)};
}
Program piece_of(Choices& c, const Program& program) {
  const auto [first, count] = stretch_of(c, program);
  const auto begin = program.begin() + static_cast<std::ptrdiff_t>(first);
  return {begin, begin + static_cast<std::ptrdiff_t>(count)};
}

// Drawn as if the program had ended before `place`, so that it fits who is connected there.
bool draw(Choices& c, const Program& program, Place place, Operation& drawn) {
  Program beginning(program.begin(), Program::const_iterator(place));
  if (!add_operation(c, beginning)) return false;
  drawn = std::move(beginning.back());
  return true;
}

bool insert(Choices& c, Program& program) {
  const Place place = place_in(c, program);
  Operation drawn;
  if (!draw(c, program, place, drawn)) return false;
  program.insert(place, std::move(drawn));
  return true;
}

bool remove(Choices& c, Program& program) {
  if (program.empty()) return false;
  const auto [first, count] = stretch_of(c, program);
  const auto begin = program.begin() + static_cast<std::ptrdiff_t>(first);
  program.erase(begin, begin + static_cast<std::ptrdiff_t>(count));
  return true;
}

bool swap(Choices& c, Program& program) {
  if (program.size() < 2) return false;
  const std::size_t one = index_in(c, program);
  const std::size_t other = (one + 1 + c.below(program.size() - 1)) % program.size();
  std::swap(program[one], program[other]);
  return true;
}

bool insert_piece(Choices& c, Program& program, const Program& from) {
  if (from.empty()) return false;
  const Program piece = piece_of(c, from);
  program.insert(place_in(c, program), piece.begin(), piece.end());
  return true;
}

bool change_client(Choices& c, Program& program) {
  if (program.empty()) return false;
  Operation& operation = program[index_in(c, program)];
  if (!by_a_client(operation)) return false;
  operation.client = (operation.client + 1 + c.below(clients_max - 1)) % clients_max;
  return true;
}

// Takes a packet of the wanted type from the encoding's own alphabets.
template <class Packet>
bool draw_packet(Choices& c, Program& program, std::size_t index, Packet& drawn) {
  for (int tries = 0; tries < 200; ++tries) {
    Operation operation;
    const auto place = program.begin() + static_cast<std::ptrdiff_t>(index);
    if (!draw(c, program, place, operation)) continue;
    const auto* packet = std::get_if<Packet>(&operation.packet);
    if (packet == nullptr) continue;
    if (operation.kind != program[index].kind || !operation.bytes.empty()) continue;
    drawn = *packet;
    return true;
  }
  return false;
}

bool change_topic(Choices& c, Program& program) {
  if (program.empty()) return false;
  const std::size_t index = index_in(c, program);
  codec::Packet& packet = program[index].packet;
  if (program[index].kind != Kind::send) return false;
  if (auto* publish = std::get_if<codec::Publish>(&packet)) {
    codec::Publish drawn;
    if (!draw_packet(c, program, index, drawn)) return false;
    return std::exchange(publish->topic_name, drawn.topic_name) != drawn.topic_name;
  }
  if (auto* subscribe = std::get_if<codec::Subscribe>(&packet)) {
    codec::Subscribe drawn;
    if (subscribe->subscriptions.empty() || !draw_packet(c, program, index, drawn)) return false;
    auto& filter = subscribe->subscriptions[c.below(subscribe->subscriptions.size())].topic_filter;
    const auto& other = drawn.subscriptions.front().topic_filter;
    return std::exchange(filter, other) != other;
  }
  if (auto* unsubscribe = std::get_if<codec::Unsubscribe>(&packet)) {
    codec::Unsubscribe drawn;
    if (!draw_packet(c, program, index, drawn)) return false;
    return std::exchange(unsubscribe->topic_filters, drawn.topic_filters) != drawn.topic_filters;
  }
  return false;
}

bool change_packet(Choices& c, Program& program) {
  if (program.empty()) return false;
  const std::size_t index = index_in(c, program);
  Operation& operation = program[index];
  if (operation.kind != Kind::send && operation.kind != Kind::connect) return false;
  if (!operation.bytes.empty()) return false;
  return std::visit(
      [&](auto packet) {
        auto drawn = packet;
        if (!draw_packet(c, program, index, drawn) || drawn == packet) return false;
        program[index].packet = drawn;
        return true;
      },
      operation.packet);
}

bool let_time_pass(Choices& c, Program& program) {
  Operation operation;
  operation.kind = Kind::advance;
  operation.time = std::chrono::milliseconds(c.element({1'000, 1, 500, 2'000, 6'000, 100'000}));
  program.insert(place_in(c, program), operation);
  return true;
}

bool apply(Choices& c, ProgramMutation mutation, Program& program, const Program& other) {
  switch (mutation) {
    case ProgramMutation::insert:
      return insert(c, program);
    case ProgramMutation::remove:
      return remove(c, program);
    case ProgramMutation::swap:
      return swap(c, program);
    case ProgramMutation::duplicate:
      return insert_piece(c, program, Program(program));
    case ProgramMutation::splice:
      return insert_piece(c, program, other);
    case ProgramMutation::change_client:
      return change_client(c, program);
    case ProgramMutation::change_topic:
      return change_topic(c, program);
    case ProgramMutation::change_packet:
      return change_packet(c, program);
    case ProgramMutation::advance:
      return let_time_pass(c, program);
  }
  return false;
}

}  // namespace

bool mutate(Choices& choices, ProgramMutation mutation, Program& program, const Program& other) {
  const bool changed = apply(choices, mutation, program, other);
  if (program.size() > operations_max) program.resize(operations_max);
  return changed;
}

Program cross(Choices& choices, const Program& first, const Program& second) {
  const auto head = static_cast<std::ptrdiff_t>(choices.below(first.size() + 1));
  const auto tail = static_cast<std::ptrdiff_t>(choices.below(second.size() + 1));
  Program program(first.begin(), first.begin() + head);
  program.insert(program.end(), second.begin() + tail, second.end());
  if (program.size() > operations_max) program.resize(operations_max);
  return program;
}

}  // namespace mqttspec::fuzz
