#!/usr/bin/env bash
# Makes a real module cache to measure with. See usage below.
set -euo pipefail

usage() {
	cat <<'USAGE'
usage: make-cache.sh small|big DIR

Makes a module cache of known content in DIR/mod, with the go command and the GOPROXY of the environment.

  small   the 131 module versions of small.txt: 26,000 files, 0.4 GB, under a minute
  big     the 2,673 of big.txt, three toolchains among them: 700,000 files, 13.5 GB, some minutes;
          and DIR/project, whose build list has 1,571 of them (project.mod): the place to run
          go mod verify and go mod download all

What is in DIR already is kept, so that a run which was stopped goes on where it was. What the proxy does
not have is listed at the end. Needs 2 GB of free disk for small and 40 GB for big, what DIR holds included.

Exit codes: 0 done, 1 more than a tenth is missing, 2 bad usage, no go command or not enough disk.
USAGE
}

die() {
	echo "make-cache.sh: $1" >&2
	exit 2
}

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
case "$#:${1-}" in
2:small) need_gb=2 batch=12 ;;
2:big) need_gb=40 batch=60 ;;
1:-h | 1:--help) usage && exit 0 ;;
*) usage >&2 && exit 2 ;;
esac
set_name=$1
list=$here/$1.txt
command -v go >/dev/null || die "no go command in PATH: install Go first"

mkdir -p "$2"
dir=$(cd "$2" && pwd)
mkdir -p "$dir/home" "$dir/empty" "$dir/mod"

# The go command is cut off from the settings of whoever runs this, but for those that say where modules
# come from. With a HOME of its own it finds neither go env -w nor .netrc, so the settings are asked first.
for key in GOPROXY GOSUMDB GOPRIVATE GONOPROXY GONOSUMDB GOINSECURE; do
	value=$(cd / && go env "$key")
	export "$key=$value"
done
export HOME=$dir/home GOPATH=$dir/gopath GOMODCACHE=$dir/mod GOCACHE=$dir/home/gocache
export GOENV=off GOTOOLCHAIN=local GOFLAGS=-mod=mod GOWORK=off

# missing prints the versions of the list whose zip or extracted directory is not there, or not whole. In
# the cache a capital letter is written as ! and the small one.
missing() {
	local version name at
	sed 's/[A-Z]/!&/g' "$list" | tr '[:upper:]' '[:lower:]' | paste "$list" - |
		while read -r version name; do
			at=$GOMODCACHE/cache/download/${name%@*}/@v/${name##*@}
			if [[ ! -s $at.zip || -e $at.partial || ! -d $GOMODCACHE/$name ]]; then
				echo "$version"
			fi
		done
}

# DIR/unfinished tells others that this directory is not to be measured yet.
touch "$dir/unfinished"
missing >"$dir/missing"
if [[ -s $dir/missing ]]; then
	free=$(df -Pk "$dir" | awk 'NR == 2 { print $4 }')
	have=$(du -sk "$dir" | awk '{ print $1 }')
	if ((free + have < need_gb * 1000 * 1000)); then
		die "$set_name needs $need_gb GB of disk and $dir has $((free / 1000 / 1000)) GB free: make room, or name another directory"
	fi
	echo "fetching $(wc -l <"$dir/missing") of $(wc -l <"$list") module versions to $GOMODCACHE"
	# Six at a time: the go command works on as many modules as there are processors, and waits for the
	# network. A version that the proxy refuses fails its batch, and only the list below says so.
	(cd "$dir/empty" && xargs -P6 -n"$batch" go mod download <"$dir/missing" 2>"$dir/download.log") || true
	missing >"$dir/missing"
fi

if [[ $set_name == big && ! -e $dir/project/done ]]; then
	mkdir -p "$dir/project" "$dir/stub"
	echo 'module stub' >"$dir/stub/go.mod"
	cp "$here/project.mod" "$dir/project/go.mod"
	echo "fetching what DIR/project needs besides"
	if (cd "$dir/project" && go mod download all 2>>"$dir/download.log"); then
		touch "$dir/project/done"
	else
		echo "not everything that DIR/project needs could be fetched: see $dir/download.log"
	fi
fi

lacking=$(wc -l <"$dir/missing")
if ((lacking > 0)); then
	echo "not fetched, $lacking versions ($dir/download.log says why):"
	sed 's/^/  /' "$dir/missing"
fi
echo "$GOMODCACHE: $(find "$GOMODCACHE" -type f | wc -l) files, $(du -sk "$GOMODCACHE" | awk '{ print $1 }') KiB on disk"
if ((lacking * 10 > $(wc -l <"$list"))); then
	echo "make-cache.sh: more than a tenth is missing: set GOPROXY to a proxy that has it and run this again" >&2
	exit 1
fi
rm -f "$dir/unfinished"
