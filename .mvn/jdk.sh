# Finds a JDK that can build and run the project; sourced by ./zl and ./mvnw. Prints its folder, or
# explains what to install and fails.

least_jdk=25

# The major version of the JDK in a folder, from its release file; no JVM is started for it.
jdk_major() {
  [ -x "$1/bin/javac" ] && [ -f "$1/release" ] || return 1
  sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$1/release"
}

find_jdk() {
  path_java=$(command -v java 2>/dev/null || true)
  path_home=
  if [ -n "$path_java" ]; then
    path_home=$(dirname "$(dirname "$(readlink -f "$path_java")")")
  fi
  for home in "${ZL_JAVA_HOME:-}" "${JAVA_HOME:-}" "$path_home" /usr/lib/jvm/* /usr/java/* \
    /opt/java/* /opt/jdk* "${HOME:-/root}"/.sdkman/candidates/java/* "${HOME:-/root}"/.jdks/*; do
    version=$(jdk_major "$home" || true)
    if [ -n "$version" ] && [ "$version" -ge "$least_jdk" ]; then
      echo "$home"
      return
    fi
  done
  echo "zl: needs a JDK of version $least_jdk or later and found none in ZL_JAVA_HOME, JAVA_HOME, PATH" \
    "or /usr/lib/jvm. Install one (Debian 13: apt-get install openjdk-25-jdk; any Linux: a Temurin 25" \
    "archive unpacked somewhere) and set ZL_JAVA_HOME to its folder if it is not found by itself." >&2
  return 1
}
