#!/bin/sh
# Takes away what ffmpeg's packages bring for drawing on a screen: graphics drivers and the compiler that they use, 200 MB that
# no program of the image is linked with. verify.sh proves that ffmpeg still runs.
set -eu

dpkg --purge --force-depends libgl1-mesa-dri libglx-mesa0 mesa-libgallium libllvm19 libz3-4
rm -rf /usr/share/locale/* /usr/share/lintian
