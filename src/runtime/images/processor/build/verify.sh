#!/bin/sh
# Fails the build when something that the processor relies on is missing from the image.
#   verify.sh [FOLDER]    FOLDER holds the bundle, the launcher and node_modules; /opt/processor unless a test says otherwise
set -eu

folder=${1:-/opt/processor}
max_megabytes=500
# In the image it is the one of the PATH; before, it stands where it was installed.
[ ! -x "$folder/bin/node" ] || PATH=$folder/bin:$PATH

fail() {
  echo "verify: $1" >&2
  exit 1
}

for bundle in index.js images.js; do
  [ -s "$folder/$bundle" ] || fail "there is no bundle at $folder/$bundle"
  node --check "$folder/$bundle" || fail "the bundle $bundle is not a program"
done
[ -x "$folder/ffmpeg-launcher.sh" ] || fail "the launcher $folder/ffmpeg-launcher.sh is not executable"

# The oldest that the AWS SDK gets updates for from January 2027 on.
node -e 'process.exit(Number(process.versions.node.split(".")[0]) >= 22 ? 0 : 1)' || fail "Node is $(node --version), older than 22"

for tool in ffmpeg ffprobe; do
  "$folder/ffmpeg-launcher.sh" --tool="$tool" -- -hide_banner -version > /dev/null || fail "the launcher cannot start $tool"
done

# A list that grows with the ladder: H.264, HEVC and AV1 renditions, AAC sound.
encoders=$("$folder/ffmpeg-launcher.sh" --tool=ffmpeg -- -hide_banner -encoders)
for encoder in libx264 libx265 libsvtav1 aac mjpeg; do
  echo "$encoders" | grep -q " $encoder " || fail "ffmpeg has no encoder $encoder"
done
filters=$("$folder/ffmpeg-launcher.sh" --tool=ffmpeg -- -hide_banner -filters)
for filter in split scale fps bwdif zscale tonemap; do
  echo "$filters" | grep -q " $filter " || fail "ffmpeg has no filter $filter"
done

# The images that the processor makes of frames.
(cd "$folder" && node -e "
  const { format } = require('sharp');
  for (const wanted of ['jpeg', 'webp', 'heif']) {
    if (!format[wanted].output.buffer) throw new Error('sharp cannot write ' + wanted);
  }
") || fail 'sharp does not work'

# The root file system is the image, so what lies on it is the image's size.
if [ "$folder" = /opt/processor ]; then
  megabytes=$(du -xsm / | cut -f1)
  [ "$megabytes" -le "$max_megabytes" ] || fail "the image holds $megabytes MB, its budget is $max_megabytes"
fi
echo 'verify: the image has what the processor needs'
