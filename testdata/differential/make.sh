#!/usr/bin/env bash
# Makes the projects of the differential, and asks the go command about them. See usage below.
set -euo pipefail
export LC_ALL=C

usage() {
	cat <<'USAGE'
usage: make.sh DIR

Makes the projects of projects.txt in DIR/projects, with the go command and the GOPROXY of the environment,
and a module cache for them in DIR/mod. DIR/oracle/NAME gets what go says of each:

  list   go list -m all: path, version, what replaces it; without the main modules
  graph  go mod graph
  how    readonly; mod where go had to fetch sums or mend go.mod; changed where it did mend go.mod, which was
         DIR/oracle/NAME/go.mod before; or workspace
  log    what went wrong

What is in DIR already is kept, so that a run which was stopped goes on where it was. What could not be made,
because the proxy lacks something, is listed at the end. Needs 4 GB of disk, and some minutes.

Exit codes: 0 all were made, 1 some were not, 2 bad usage, no go command or not enough disk.
USAGE
}

die() {
	echo "make.sh: $1" >&2
	exit 2
}

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
self=$here/$(basename "${BASH_SOURCE[0]}")
need_gb=4
list_format='{{if not .Main}}{{.Path}} {{.Version}}{{with .Replace}} => {{if .Version}}{{.Path}} {{.Version}}{{else}}{{.Dir}}{{end}}{{end}}{{end}}'

# lines prints a file without its comments.
lines() { grep -v '^#' "$1" | grep . || true; }

# fetched prints where the files of module version $1 are, and fetches them.
fetched() {
	local escaped
	escaped=$(printf '%s\n' "$1" | sed 's/[A-Z]/!&/g' | tr '[:upper:]' '[:lower:]')
	if [[ ! -d $GOMODCACHE/$escaped || -e $GOMODCACHE/cache/download/${escaped%@*}/@v/${escaped##*@}.partial ]]; then
		(cd "$dir/empty" && GOWORK=off go mod download "$1") || return 1
	fi
	echo "$GOMODCACHE/$escaped"
}

# put copies the files of module version $2 to the directory $1.
put() {
	local from
	from=$(fetched "$2") || return 1
	mkdir -p "$1"
	cp -R "$from/." "$1"
	chmod -R u+w "$1"
}

# layout makes the files of the project.
layout() {
	local name at version
	if [[ $module != - ]]; then
		put "$project/$sub" "$module" || return 1
	fi
	while read -r name at version; do
		if [[ $name == "$project_name" ]]; then
			put "$project/$at" "$version" || return 1
		fi
	done < <(lines "$here/fills.txt")
	if [[ -e $here/derived/$project_name.txtar ]]; then
		mkdir -p "$project"
		"$dir/compare" extract "$here/derived/$project_name.txtar" "$project" || return 1
	fi
	if [[ ,$how, == *,staging,* ]]; then
		while read -r name at version; do
			if [[ $name == "$project_name" ]]; then
				sed -i "s|^\(\t*k8s.io/[a-z-]* \)${version##*@} *|\1v0.0.0 |" "$project/$at/go.mod"
			fi
		done < <(lines "$here/fills.txt")
	fi
	if [[ ,$how, == *,nowork,* ]]; then
		rm -f "$project/go.work" "$project/go.work.sum"
	fi
	if [[ ,$how, == *,unused,* ]]; then
		while read -r at; do
			[[ -e $project/$at/go.mod ]] || (cd "$project" && GOWORK=off go work edit "-dropuse=$at" go.work) || return 1
		done < <(sed -n 's|^\t\(\./.*\)|\1|p' "$project/go.work")
	fi
}

list_all() { go list "$@" -m -f "$list_format" all; }

# ask asks go about the project, in the manner that changes least. Where go.sum is not complete it is
# completed with -mod=mod, and go.mod put back: what go says of it as it is counts for more.
ask() {
	cd "$project/$sub"
	if [[ -e $project/go.work ]]; then
		unset GOWORK
		echo workspace >"$oracle/how"
		list_all -mod=readonly >"$oracle/list" && go mod graph >"$oracle/graph" || return 1
		if [[ ,$how, == *,vendor,* ]]; then
			go work vendor || return 1
		fi
		return 0
	fi
	cp go.mod "$oracle/go.mod"
	echo readonly >"$oracle/how"
	if ! list_all -mod=readonly >"$oracle/list"; then
		echo mod >"$oracle/how"
		list_all -mod=mod >"$oracle/list" || return 1
		if ! cmp -s go.mod "$oracle/go.mod"; then
			mv go.mod "$oracle/mended"
			cp "$oracle/go.mod" go.mod
			if list_all -mod=readonly >"$oracle/list.readonly"; then
				mv "$oracle/list.readonly" "$oracle/list"
			else
				echo changed >"$oracle/how"
				mv "$oracle/mended" go.mod
			fi
		fi
	fi
	go mod graph >"$oracle/graph" || return 1
	if [[ ,$how, == *,vendor,* ]]; then
		go mod vendor || return 1
	fi
}

# one makes one project. What it is made from is written down, so that it is made anew when that changes.
one() {
	project_name=$1
	read -r _ module sub how shapes < <(lines "$here/projects.txt" | awk -v name="$1" '$1 == name')
	project=$dir/projects/$1 oracle=$dir/oracle/$1
	local made
	made=$(
		go version && echo "$module $sub $how $shapes" && lines "$here/fills.txt" | awk -v name="$1" '$1 == name'
		cat "$here/derived/$1.txtar" 2>/dev/null || true
	)
	if [[ -e $oracle/made && $made == "$(<"$oracle/made")" ]]; then
		return
	fi
	rm -rf "$project" "$oracle"
	mkdir -p "$oracle"
	if (layout && ask) >"$oracle/log" 2>&1; then
		echo "$made" >"$oracle/made"
		echo "made $1"
	else
		echo "could not make $1"
	fi
}

case "$#:${1-}" in
3:one) dir=$3 ;;
1:-h | 1:--help) usage && exit 0 ;;
1:*) ;;
*) usage >&2 && exit 2 ;;
esac
command -v go >/dev/null || die "no go command in PATH: install Go first"
if [[ $1 == one ]]; then
	one "$2"
	exit
fi

mkdir -p "$1"
dir=$(cd "$1" && pwd)
mkdir -p "$dir/home" "$dir/empty" "$dir/mod" "$dir/projects" "$dir/oracle"
free=$(df -Pk "$dir" | awk 'NR == 2 { print $4 }')
have=$(du -sk "$dir" | awk '{ print $1 }')
if ((free + have < need_gb * 1000 * 1000)); then
	die "$need_gb GB of disk are needed and $dir has $((free / 1000 / 1000)) GB free: make room, or name another directory"
fi
(cd "$here/../.." && GOWORK=off go build -o "$dir/compare" ./testdata/differential/compare)

# The go command is cut off from the settings of whoever runs this, but for those that say where modules
# come from. With a HOME of its own it finds neither go env -w nor .netrc, so the settings are asked first.
for key in GOPROXY GOSUMDB GOPRIVATE GONOPROXY GONOSUMDB GOINSECURE; do
	value=$(cd / && go env "$key")
	export "$key=$value"
done
export HOME=$dir/home GOPATH=$dir/gopath GOMODCACHE=$dir/mod GOCACHE=$dir/home/gocache
export GOENV=off GOTOOLCHAIN=local GOFLAGS='' GOWORK=off GOVCS='*:off'

# What projects.txt has no more is not to be compared.
for oracle in "$dir"/oracle/*; do
	if ! lines "$here/projects.txt" | grep -q "^${oracle##*/} "; then
		rm -rf "$oracle" "$dir/projects/${oracle##*/}"
	fi
done
lines "$here/projects.txt" | awk '{ print $1 }' | xargs -P3 -I{} bash "$self" one {} "$dir"
lacking=0
while read -r name _; do
	if [[ ! -e $dir/oracle/$name/made ]]; then
		lacking=$((lacking + 1))
		echo "not made: $name ($dir/oracle/$name/log)"
		grep -vE '^go: (downloading|finding|added|upgraded)' "$dir/oracle/$name/log" | tail -n 3 | sed 's/^/  /'
	fi
done < <(lines "$here/projects.txt")
((lacking == 0))
