#include "reference/server/passwd_command.hpp"

#include <termios.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <iostream>
#include <optional>
#include <stdexcept>

#include "reference/server/password_file.hpp"

namespace mqttspec::server {
namespace {

struct Wanted {
  std::string file;
  std::string user;
  std::uint32_t iterations = default_iterations;
  bool removes = false;
  bool lists = false;
};

// Turns the terminal's echo off as long as it lives.
class Silence {
 public:
  Silence() {
    tcgetattr(STDIN_FILENO, &before_);
    termios silent = before_;
    silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent);
  }
  ~Silence() { tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_); }
  Silence(const Silence&) = delete;
  Silence& operator=(const Silence&) = delete;

 private:
  termios before_{};
};

std::string read_line(std::istream& in) {
  std::string line;
  std::getline(in, line);
  if (line.ends_with('\r')) line.pop_back();
  return line;
}

std::string ask(std::istream& in, std::ostream& errors, const std::string& question) {
  errors << question << std::flush;
  const Silence silence;
  auto answer = read_line(in);
  errors << "\n";
  return answer;
}

std::string read_password(const Wanted& wanted, std::istream& in, std::ostream& errors) {
  const bool at_terminal = &in == &std::cin && isatty(STDIN_FILENO) == 1;
  std::string password;
  if (at_terminal) {
    password = ask(in, errors, "Password of " + wanted.user + ": ");
    if (ask(in, errors, "Once more: ") != password) {
      throw std::runtime_error("the two passwords differ; nothing was changed");
    }
  } else {
    password = read_line(in);
  }
  if (password.empty()) throw std::runtime_error("the password is empty; nothing was changed");
  return password;
}

void change(const Wanted& wanted, std::istream& in, std::ostream& out, std::ostream& errors) {
  if (wanted.lists) {
    const PasswordFile file(wanted.file);
    for (const auto& [user, record] : file.passwords().records) out << user << "\n";
    return;
  }
  if (!broker::is_user_name(wanted.user)) {
    throw std::runtime_error(
        "a user name is wanted: not empty, without control characters, without '#' in front");
  }
  if (wanted.removes) {
    PasswordFile file(wanted.file);
    if (!file.remove(wanted.user)) {
      throw std::runtime_error(wanted.file + ": there is no user \"" + wanted.user + "\"");
    }
    file.save();
    return;
  }
  // The file is not held while a person thinks.
  const auto password = read_password(wanted, in, errors);
  PasswordFile file(wanted.file);
  file.set(wanted.user, password, wanted.iterations);
  file.save();
}

}  // namespace

int run_passwd(const std::vector<std::string>& arguments, std::istream& in, std::ostream& out,
               std::ostream& errors) {
  Wanted wanted;
  CLI::App app("Sets the password of a user in a password file, which is made if it is missing.",
               "mqttspec-broker passwd");
  app.footer(
      "The password is read from the terminal, or is the first line of the standard input. The "
      "file\n"
      "holds salted, iterated hashes only; it is replaced as a whole, and a running broker reads "
      "it\n"
      "again on SIGHUP. The same records serve User Name and Password and the method "
      "SCRAM-SHA-256.\n"
      "\nExamples:\n"
      "  mqttspec-broker passwd passwords anna\n"
      "  mqttspec-broker passwd passwords anna --delete\n"
      "  mqttspec-broker passwd passwords --list\n");
  app.add_option("FILE", wanted.file, "The password file")->required();
  app.add_option("USER", wanted.user, "The user name");
  app.add_option("--iterations", wanted.iterations,
                 "How often the password is hashed [" + std::to_string(default_iterations) + "]")
      ->type_name("N")
      ->check(CLI::Range(broker::iterations_minimum, broker::iterations_maximum));
  app.add_flag("--delete", wanted.removes, "Remove the user");
  app.add_flag("--list", wanted.lists, "Print the names of all users");
  try {
    std::vector<std::string> reversed(arguments.rbegin(), arguments.rend());
    app.parse(std::move(reversed));
    change(wanted, in, out, errors);
    return 0;
  } catch (const CLI::Success&) {
    out << app.help();
    return 0;
  } catch (const std::exception& error) {
    errors << "mqttspec-broker passwd: " << error.what() << "\n";
    return 2;
  }
}

}  // namespace mqttspec::server
