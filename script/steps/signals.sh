# What takes long runs beside the script and not in its foreground, where bash would hear no signal before its end.
# shellcheck shell=bash

# How long a command that was told to end may take before it is made to (the site finishes what it is answering).
END_PATIENCE_S=12

hear_signals() {
  trap 'end_by_signal 1' HUP
  trap 'end_by_signal 2' INT
  trap 'end_by_signal 15' TERM
}

# attend PROGRAM…: runs it and gives its exit code; a signal that ends us ends it first.
attend() {
  local attended
  start_beside "$@"
  wait "$attended"
}

# Sets attended to the process started. Bash would have it ignore Ctrl+C, and read nothing.
start_beside() {
  env --default-signal=INT,QUIT -- "$@" <&0 &
  attended=$!
}

# The exit code is 128 + the number of the signal; children end first, then EXIT traps clean up undisturbed.
end_by_signal() {
  trap '' HUP INT TERM
  end_children
  exit $((128 + $1))
}

end_children() {
  local child tenths=0
  for child in $(jobs -p); do kill -TERM "$child" 2>/dev/null || true; done
  for child in $(jobs -p); do
    while kill -0 "$child" 2>/dev/null && [ $((tenths++)) -lt $((END_PATIENCE_S * 10)) ]; do sleep 0.1; done
    kill -KILL "$child" 2>/dev/null || true
    wait "$child" 2>/dev/null || true
  done
}
