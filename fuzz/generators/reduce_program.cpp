#include "fuzz/generators/reduce_program.hpp"

#include <algorithm>

namespace mqttspec::fuzz {

using Kind = Operation::Kind;

namespace {

class Reducer {
 public:
  Reducer(Program program, const Shows& shows, std::size_t questions_max)
      : program_(std::move(program)), shows_(shows), questions_max_(questions_max) {}

  Reduced run() {
    for (bool smaller = true; smaller && questions_ < questions_max_;) {
      smaller = without_clients();
      smaller = fewer_operations() || smaller;
      smaller = plainer_operations() || smaller;
    }
    number_clients();
    return {std::move(program_), questions_};
  }

 private:
  bool keep_if_it_shows(Program candidate) {
    if (questions_ >= questions_max_) return false;
    ++questions_;
    if (!shows_(candidate)) return false;
    program_ = std::move(candidate);
    return true;
  }

  bool without_clients() {
    bool smaller = false;
    for (std::size_t client = 0; client < clients_max; ++client) {
      Program candidate = program_;
      std::erase_if(candidate, [&](const Operation& operation) {
        return operation.client == client && by_a_client(operation);
      });
      if (candidate.size() == program_.size()) continue;
      smaller = keep_if_it_shows(std::move(candidate)) || smaller;
    }
    return smaller;
  }

  // Rows of operations, long ones first; from the end, since what comes last matters least to the
  // rest.
  bool fewer_operations() {
    bool smaller = false;
    for (std::size_t length = std::max<std::size_t>(1, program_.size() / 2); length > 0;
         length /= 2) {
      for (std::size_t end = program_.size(); end >= length && end > 0;) {
        Program candidate = program_;
        const auto last = candidate.begin() + static_cast<std::ptrdiff_t>(end);
        candidate.erase(last - static_cast<std::ptrdiff_t>(length), last);
        if (keep_if_it_shows(std::move(candidate))) smaller = true;
        end -= std::min(end, length);
      }
    }
    return smaller;
  }

  bool plainer_operations() {
    bool smaller = false;
    for (std::size_t i = 0; i < program_.size(); ++i) {
      for (bool again = true; again;) {
        again = false;
        for (Operation& operation : plainer(program_[i])) {
          Program candidate = program_;
          candidate[i] = std::move(operation);
          again = keep_if_it_shows(std::move(candidate));
          if (again) break;
        }
        smaller = smaller || again;
      }
    }
    return smaller;
  }

  // 0, 1, 2 ... in the order of their first operations.
  void number_clients() {
    std::vector<std::size_t> order;
    Program candidate = program_;
    for (Operation& operation : candidate) {
      if (!by_a_client(operation)) continue;
      const auto found = std::find(order.begin(), order.end(), operation.client);
      const auto number = static_cast<std::size_t>(found - order.begin());
      if (found == order.end()) order.push_back(operation.client);
      operation.client = number;
    }
    keep_if_it_shows(std::move(candidate));
  }

  Program program_;
  const Shows& shows_;
  std::size_t questions_max_;
  std::size_t questions_ = 0;
};

}  // namespace

Reduced reduce(Program program, const Shows& shows, std::size_t questions_max) {
  return Reducer(std::move(program), shows, questions_max).run();
}

}  // namespace mqttspec::fuzz
