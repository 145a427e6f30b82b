#!/bin/sh
# Starts ffmpeg or ffprobe on a file that strangers sent: clean environment, bounded resources, low priority, and gone
# when its parent is gone. POSIX sh, so that dash in the container and sh on a laptop both run it.
#
#   ffmpeg-launcher.sh --tool=ffmpeg|ffprobe [--cpu-seconds=N] [--memory-bytes=N] [--file-bytes=N] [--open-files=N] -- ARGUMENTS
#
# Exit status and signals are those of the tool; 64 when the call itself is wrong, 127 when the tool is not installed.
# The limits below are beyond POSIX, and known to every sh it runs under.
# shellcheck shell=dash
set -eu

# The system's tools come first; the worker's own PATH is for developers' machines, whose ffmpeg may stand anywhere.
search_path=/usr/local/bin:/usr/bin:/bin${PATH:+:$PATH}

refuse() {
  echo "ffmpeg-launcher: $1" >&2
  exit 64
}

# A number, or nothing else: the value reaches ulimit and arithmetic.
number() {
  case $2 in
    '' | *[!0-9]* | ???????????????????*) refuse "$1 must be a whole number, got '$2'" ;;
  esac
}

tool=
cpu_seconds=
memory_bytes=
file_bytes=
open_files=
while [ $# -gt 0 ]; do
  case $1 in
    --tool=ffmpeg | --tool=ffprobe) tool=${1#*=} ;;
    --tool=*) refuse "--tool must be ffmpeg or ffprobe, got '${1#*=}'" ;;
    --cpu-seconds=*) cpu_seconds=${1#*=}; number --cpu-seconds "$cpu_seconds" ;;
    --memory-bytes=*) memory_bytes=${1#*=}; number --memory-bytes "$memory_bytes" ;;
    --file-bytes=*) file_bytes=${1#*=}; number --file-bytes "$file_bytes" ;;
    --open-files=*) open_files=${1#*=}; number --open-files "$open_files" ;;
    --) break ;;
    *) refuse "unknown option '$1'; options end with --" ;;
  esac
  shift
done
[ "${1-}" = -- ] || refuse 'options must end with --'
shift
[ -n "$tool" ] || refuse 'missing --tool=ffmpeg or --tool=ffprobe'

program=$(PATH=$search_path command -v "$tool") || {
  echo "ffmpeg-launcher: $tool is not installed (looked in $search_path)" >&2
  exit 127
}

# macOS knows no limit of address space: a limit that the system lacks is left out, never the start refused.
ulimit -c 0
if [ -n "$cpu_seconds" ]; then
  # First SIGXCPU, which ffmpeg reports, then SIGKILL.
  ulimit -S -t "$cpu_seconds"
  ulimit -H -t $((cpu_seconds + 5))
fi
[ -z "$memory_bytes" ] || ulimit -v $((memory_bytes / 1024)) 2>/dev/null || :
# POSIX counts this one in blocks of 512 bytes.
[ -z "$file_bytes" ] || ulimit -f $(((file_bytes + 511) / 512))
[ -z "$open_files" ] || ulimit -n "$open_files"

# exec all the way: the process that our parent knows is the tool itself. A worker that is killed takes it along.
set -- nice -n 5 "$program" "$@"
guard=$(PATH=$search_path command -v setpriv) && set -- "$guard" --pdeathsig KILL "$@"
exec env -i PATH="$search_path" HOME=/nonexistent LC_ALL=C "$@"
