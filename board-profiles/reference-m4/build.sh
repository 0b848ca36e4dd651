#!/usr/bin/env bash
# Builds the firmware of reference-m4 with Debian's packages: installs the cross compiler, newlib and QEMU where they are missing,
# takes Lua's sources from Debian's source packages, and leaves the result in node_modules/.cache/songbai/firmware/<hash of this
# folder's sources>. Nothing that is built, and nothing of Lua, is committed. Does nothing when all is there.
set -euo pipefail
cd "$(dirname "$0")"

cache=$(cd ../.. && pwd)/node_modules/.cache/songbai/firmware
# sim/src/runtime/emulated/firmware.ts computes the same.
key=$(LC_ALL=C sha256sum build.sh firmware/* | sha256sum | cut -c1-16)
out=$cache/$key

packages=(gcc-arm-none-eabi libnewlib-arm-none-eabi qemu-system-arm)
missing=()
for package in "${packages[@]}"; do
  dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
done
if [ "${#missing[@]}" -gt 0 ]; then
  as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi; }
  as_root apt-get update -q >/dev/null
  DEBIAN_FRONTEND=noninteractive as_root apt-get install -y -q --no-install-recommends "${missing[@]}" >/dev/null
fi

if [ -f "$out/netduinoplus2-lua5.4.elf" ]; then
  echo "reference-m4: built already"
  exit 0
fi

# The checksums of the authors' own archives, as Debian has them; Debian's patches (paths, man pages) are of no use here.
declare -A archives=(
  [5.3]="lua5.3_5.3.6.orig.tar.gz fc5fd69bb8736323f026672b1b7235da613d7177e72558893a0bdcd320466d60"
  [5.4]="lua5.4_5.4.4.orig.tar.gz 164c7849653b80ae67bec4b7473b884bf5cc8d2dca05653475ec2ed27b9ebf61"
)

# A source list of its own: the system's apt stays as it is.
fetch() {
  local lists=$cache/apt
  mkdir -p "$lists/lists/partial" "$lists/parts"
  if [ -f /etc/apt/sources.list.d/debian.sources ]; then
    sed 's/^Types: .*/Types: deb-src/' /etc/apt/sources.list.d/debian.sources >"$lists/parts/debian.sources"
  else
    sed -n 's/^deb /deb-src /p' /etc/apt/sources.list >"$lists/parts/debian.list"
  fi
  cat >"$lists/apt.conf" <<EOF
Dir::Etc::sourcelist "/dev/null";
Dir::Etc::sourceparts "$lists/parts";
Dir::State::lists "$lists/lists";
Dir::Cache::pkgcache "";
Dir::Cache::srcpkgcache "";
APT::Sandbox::User "";
EOF
  export APT_CONFIG=$lists/apt.conf
  apt-get update -q >/dev/null
  (cd "$cache" && apt-get source -q --download-only "lua$1" >/dev/null)
  unset APT_CONFIG
}

common=(-mcpu=cortex-m4 -mthumb -mfloat-abi=hard -mfpu=fpv4-sp-d16 -O2 -std=gnu99 -ffunction-sections -fdata-sections
  -DLUA_32BITS=1 "-Dluai_makeseed(...)=20u" -DMINSTRTABSIZE=64 -DSTRCACHE_N=8 -DSTRCACHE_M=1)
link=(--specs=nano.specs -nostartfiles -Wl,--gc-sections -u _printf_float -lm)
files=(lapi lauxlib lbaselib lcode lctype ldebug ldo ldump lfunc lgc llex lmathlib lmem lobject lopcodes lparser lstate lstring
  lstrlib ltable ltablib ltm lundump lvm lzio)

for version in 5.3 5.4; do
  read -r archive sum <<<"${archives[$version]}"
  [ -f "$cache/$archive" ] || { mkdir -p "$cache" && fetch "$version"; }
  echo "$sum  $cache/$archive" | sha256sum -c --quiet

  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
  tar xf "$cache/$archive" -C "$work" --strip-components=1
  lua=$work/src
  # 5.4 sets LUA_32BITS whatever the compiler was told.
  sed -i 's/^#define LUA_32BITS.*/#ifndef LUA_32BITS\n&\n#endif/' "$lua/luaconf.h"
  # 5.3 adds addresses to the seed of the hashes; an image has hashes in it.
  sed -i 's/= makeseed(L)/= luai_makeseed()/' "$lua/lstate.c"
  (cd "$lua" && printf '%s.c\n' "${files[@]}" | xargs -P 4 -n 4 arm-none-eabi-gcc "${common[@]}" -c)

  # Startup code must not be turned into calls of the memset that it prepares for.
  ours=(-Wall -Wextra -Werror -fno-tree-loop-distribute-patterns -Ifirmware "-I$lua")
  program() {
    local name=$1 script=$2
    shift 2
    arm-none-eabi-gcc "${common[@]}" "${ours[@]}" "${@/#/firmware/}" "$lua"/*.o "${link[@]}" "${wrapped[@]}" \
      -T "firmware/$script" -o "$work/$name"
  }
  board() {
    local machine=$1
    # For these, image.c and main.c have something else to do.
    local wrapped=(-Wl,--wrap=luaT_init,--wrap=luaX_init,--wrap=luaS_resize,--wrap=luaD_shrinkstack)
    program "$machine-lua$version.elf" "$machine.ld" main.c libraries.c image.c flash.c numbers.c samples.c wire.c port.c heap.c tick.c "$machine.c" \
      "$machine-cells.c" host.c libc.c startup.c
  }
  wrapped=()
  program "compile-lua$version.elf" compiler.ld compile.c libraries.c host.c libc.c startup.c
  board netduinoplus2
  ours+=(-DPROGRAM_BASE=0x00200000u '-DHEAP_MAX_BYTES=(1024 * 1024)')
  board mps2-an386
  mkdir -p "$out"
  mv "$work"/*"lua$version.elf" "$out"
  echo "reference-m4: Lua $version, $(arm-none-eabi-size "$out/netduinoplus2-lua$version.elf" | awk 'NR == 2 { print $1 + $2 }') bytes of flash"
  rm -rf "$work"
done
