# shellcheck shell=bash disable=SC2034
# What run.sh and test.sh share: which packages, how to get them, how many jobs. Sourced, not run.
# Nothing is fetched but Debian packages, by name; tests fetch npm packages the same way, each
# pinned by the test that needs it and kept in the build folder.

# To build.
BUILD_PACKAGES="cmake ninja-build g++ libboost1.81-dev libfmt-dev nlohmann-json3-dev libcli11-dev
  libpugixml-dev libssl-dev libsqlite3-dev libwslay-dev"
# To build the tests as well, with both compilers.
TEST_BUILD_PACKAGES="clang libclang-rt-14-dev libgtest-dev libgmock-dev librapidcheck-dev
  libvalijson-dev clang-format zip unzip"
# What the tests compare with. None of these brings a service of its own; brokers, which do, are
# unpacked into the build folder instead (unpack_mosquitto, unpack_erlang_brokers).
TEST_TOOL_PACKAGES="mosquitto-clients tshark python3-paho-mqtt chromium"

say() { printf '%s\n' "$*"; }
complain() { printf '%s\n' "$*" >&2; }

# Those of "$@" that are not installed; all of them where there is no dpkg.
missing_packages() {
  local package
  for package in "$@"; do
    [ "$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null)" = installed ] ||
      printf '%s ' "$package"
  done
}

# The command that gives us root's rights: empty for root, fails if there is none.
privilege() {
  if [ "$(id -u)" = 0 ]; then return 0; fi
  if ! command -v sudo >/dev/null; then return 1; fi
  # Without a terminal nobody could type a password.
  if [ -t 0 ]; then echo sudo; elif sudo -n true 2>/dev/null; then echo "sudo -n"; else return 1; fi
}

# Installs what is missing of "$@" and says what it does. Fails with a message if it cannot.
install_packages() {
  local missing as_root
  missing=$(missing_packages "$@")
  [ -n "$missing" ] || return 0
  if ! command -v apt-get >/dev/null; then
    complain "These Debian packages, or what corresponds to them here, are needed: $missing"
    return 1
  fi
  if ! as_root=$(privilege); then
    complain "Packages are missing, and without root's rights they cannot be installed. Please run:"
    complain "  apt-get install --no-install-recommends $missing"
    return 1
  fi
  say "Installing with apt-get: $missing"
  # shellcheck disable=SC2086 # lists of words
  $as_root env DEBIAN_FRONTEND=noninteractive apt-get update -q &&
    $as_root env DEBIAN_FRONTEND=noninteractive \
      apt-get install -qy --no-install-recommends $missing
}

# Compilers need up to 1.5 GB each for the largest files; $1: GB per job.
build_jobs() {
  local cores memory per=${1:-1.5}
  cores=$(nproc 2>/dev/null || echo 1)
  memory=$(awk -v per="$per" '/^MemAvailable:/ { print int($2 / 1048576 / per) }' /proc/meminfo \
    2>/dev/null || echo "$cores")
  [ "${memory:-0}" -ge 1 ] || memory=1
  if [ "$memory" -lt "$cores" ]; then echo "$memory"; else echo "$cores"; fi
}

# Options for cmake --preset that depend on the machine: ccache only where it is.
cmake_options() {
  if command -v ccache >/dev/null; then echo "-DCMAKE_CXX_COMPILER_LAUNCHER=ccache"; fi
}

# mosquitto as a plain file under $1, with its libraries installed: its package would start a
# service on a normal Debian, now and at each boot.
unpack_mosquitto() {
  local into=$1 libraries
  PATH=$into/usr/sbin:$PATH:/usr/sbin
  if command -v mosquitto >/dev/null; then return 0; fi
  command -v apt-get >/dev/null || return 1
  libraries=$(apt-cache depends --no-recommends --no-suggests --no-conflicts --no-breaks \
    --no-replaces --no-enhances mosquitto | awk '/^ *Depends: lib/ { print $2 }')
  # shellcheck disable=SC2086
  [ -n "$libraries" ] && install_packages $libraries || return 1
  mkdir -p "$into" || return 1
  (cd "$into" && apt-get download -q mosquitto && dpkg -x mosquitto_*.deb . &&
    rm mosquitto_*.deb) || return 1
  command -v mosquitto >/dev/null
}

# Whether ejabberd and RabbitMQ lie where their profiles look for them: beside Erlang's programs.
erlang_brokers_are_there() {
  local library
  library=$(dirname "$(command -v erl)")/../lib
  ls "$library"/*/ejabberd-*/ebin/mod_mqtt.beam "$library/rabbitmq/bin/rabbitmq-server" \
    >/dev/null 2>&1
}

# ejabberd, RabbitMQ and the Erlang they run on, as plain files under $1, with the libraries that
# they need installed: their packages, and Erlang's for its port mapper, would start services.
unpack_erlang_brokers() {
  local into=$1 packages libraries
  PATH=$into/usr/bin:$PATH
  if erlang_brokers_are_there; then return 0; fi
  command -v apt-get >/dev/null || return 1
  packages=$(apt-cache depends --recurse --no-recommends --no-suggests --no-conflicts --no-breaks \
    --no-replaces --no-enhances ejabberd rabbitmq-server |
    grep -E '^(ejabberd|rabbitmq-server|erlang-[a-z0-9-]+)$' | sort -u)
  [ -n "$packages" ] && mkdir -p "$into/packages" || return 1
  # shellcheck disable=SC2086
  (cd "$into/packages" && apt-get download -q $packages >/dev/null) || return 1
  libraries=$(for file in "$into"/packages/*.deb; do dpkg-deb -f "$file" Depends; done |
    tr ',|' '\n\n' | awk '/^ *lib/ { print $1 }' | sort -u)
  # shellcheck disable=SC2086
  install_packages $libraries openssl || return 1
  for file in "$into"/packages/*.deb; do dpkg -x "$file" "$into" || return 1; done
  rm -r "$into/packages"
  # Erlang's start script knows where it is installed.
  sed -i "s|ROOTDIR=/usr/lib/erlang|ROOTDIR=$into/usr/lib/erlang|" "$into/usr/lib/erlang/bin/erl"
  erlang_brokers_are_there
}

# npm's aedes under $1, in the versions that its profile names.
fetch_aedes() {
  local into=$1 packages
  export NODE_PATH=$into/node_modules
  if [ -d "$NODE_PATH/aedes" ] && [ -d "$NODE_PATH/ws" ]; then return 0; fi
  command -v node >/dev/null && command -v npm >/dev/null || return 1
  packages=$(grep -Eo '(aedes|ws)@[0-9.]+[0-9]' scenarios/profiles/aedes.json | sort -u)
  # shellcheck disable=SC2086
  mkdir -p "$into" &&
    npm install --no-save --no-audit --no-fund --prefix "$into" $packages >/dev/null
}
