# shellcheck shell=bash disable=SC2034,SC2154 # variables are those of .ci/bench
# The parts verify and intact of .ci/bench, which reads this file.

# --- What is measured -------------------------------------------------------------------------------------

# The peer has a build cache and a home of its own, which it may keep: it would in real life.
c_peer() {
	home peer kept
	project_environment
	cmd=(go -C "$project" mod verify)
}

# Zip and directory of the versions that the peer reads, and of no others. The home is new: the start has no index.
c_both() {
	home both new
	cmd=("${verify[@]}" "${versions[@]}")
}

c_sources() {
	home sources new
	cmd=("${verify[@]}" --sources "${versions[@]}")
}

# The warm-up is the full run which the rounds are since.
c_since() {
	home since kept
	cmd=("${verify[@]}" --since-last "${versions[@]}")
}

# What a user types: also those versions of which the project needs only the go.mod file are verified, all that is here
# of them. That is more than what the peer reads.
c_project() {
	home project new
	cmd=("${verify[@]}")
}

# Of the other contenders what is not hashing: all of it, with one small module.
c_start() {
	home start new
	cmd=("${verify[@]}" "$smallest")
}

part_verify() {
	if [[ $temperature == cold ]]; then
		contenders=(peer both)
		limits='
			ratio both peer 0.70'
		return
	fi
	contenders=(peer both sources since project start)
	limits='
		ratio  both    peer 0.45
		ratio  sources peer 0.20
		ratio  since   peer 0.06
		memory both    192
		memory sources 192
		memory since   192
		memory project 192
		worst  cancel  100
		beside project peer
		beside start   both
		beside start   sources
		beside start   since'
}

# --- The set ----------------------------------------------------------------------------------------------

# cache_and_project makes what is missing in DIR, and finds what is measured there.
cache_and_project() {
	if [[ -e $1/unfinished ]]; then
		die "$1 is not finished: run testdata/bench/make-cache.sh small or big on it"
	fi
	if [[ ! -d $1/mod/cache/download ]]; then
		bash testdata/bench/make-cache.sh "$set_to_make" "$1" >&2
	fi
	if ! compgen -G "$1/project*/go.mod" >/dev/null; then
		make_project "$1" >&2
	fi
	find_roots "$1"
}

# make_project makes DIR/project, which needs most of the small set: its two greatest modules and what these need.
# Like make-cache.sh it takes from the settings of whoever runs this where modules come from.
make_project() (
	local key value dir
	dir=$(cd "$1" && pwd)
	for key in GOPROXY GOSUMDB GOPRIVATE GONOPROXY GONOSUMDB GOINSECURE; do
		value=$(cd / && go env "$key")
		export "$key=$value"
	done
	export HOME=$dir/home GOPATH=$dir/gopath GOMODCACHE=$dir/mod GOCACHE=$dir/home/gocache
	export GOENV=off GOTOOLCHAIN=local GOFLAGS=-mod=mod GOWORK=off
	rm -rf "$dir/making"
	mkdir -p "$dir/making"
	{
		printf 'module example.com/project\n\ngo 1.26.0\n\nrequire (\n'
		grep -E '^(go\.etcd\.io/etcd/server/v3|k8s\.io/client-go)@' testdata/bench/small.txt | sed 's/@/ /'
		echo ')'
	} >"$dir/making/go.mod"
	go -C "$dir/making" mod download all || die "what $dir/project needs could not be fetched"
	mv "$dir/making" "$dir/project"
)

# project_environment lets the go command see this module cache, and neither network nor settings.
project_environment() {
	export GOMODCACHE=${roots[0]} GOCACHE=$tmp/gocache-peer GOPROXY=off GOSUMDB=off GOFLAGS=-mod=readonly GOWORK=off
}

# list_versions prints the versions of a build list that are in the cache, and their directories.
list_versions() (
	quiet_environment
	home list kept
	project_environment
	go -C "$1" list -m -f '{{with or .Replace .}}{{if and .Version .Dir}}{{.Path}}@{{.Version}}	{{.Dir}}{{end}}{{end}}' all |
		awk 'NF'
)

# find_project sets the project whose build list is the largest, its versions in the cache, and the bytes of these.
find_project() {
	local file n most=0
	for file in "$1"/project*/go.mod; do
		list_versions "$(dirname "$file")" >"$tmp/list" || die "the build list of $file cannot be loaded offline"
		n=$(wc -l <"$tmp/list")
		if ((n > most)); then
			most=$n
			project=$(cd "$(dirname "$file")" && pwd -P)
			mv "$tmp/list" "$tmp/versions"
		fi
	done
	((most > 0)) || die "no project in $1 has a version that is in $1/mod"
	mapfile -t versions < <(cut -f1 "$tmp/versions")
	mapfile -t dirs < <(cut -f2 "$tmp/versions")
	entries=$(find "${dirs[@]}" | wc -l)
	bytes=$(find "${dirs[@]}" -type f -printf '%s\n' | awk '{ n += $1 } END { printf "%.0f\n", n }')
	smallest=$(du -s "${dirs[@]}" | sort -n | awk 'NR == 1' | cut -f2-)
	smallest=$(awk -F'\t' -v dir="$smallest" '$2 == dir { print $1 }' "$tmp/versions")
	verify=("$godoctor" verify --project "$project" --root "$project" --no-config --no-progress --json
		--modcache "${roots[0]}" --gocache "${roots[1]}")
}

# --- How it is measured -----------------------------------------------------------------------------------

# check_verified: the peer said that all is well, and godoctor that it verified these versions and no others, and read
# their bytes, which count once in the directory and, but for sources, once in the zip.
check_verified() {
	local n=${#versions[@]}
	echo "go mod verify: $(cat "$tmp/out/peer")"
	grep -qx 'all modules verified' "$tmp/out/peer" || die "go mod verify finds something wrong in the set"
	"$measure" verified -modules "$n" -bytes $((2 * bytes)) "$tmp/out/both" || die "the answer of both is wrong"
	[[ $temperature == warm ]] || return 0 # the others are not run
	"$measure" verified -modules "$n" -bytes "$bytes" "$tmp/out/sources" || die "the answer of sources is wrong"
	"$measure" verified -modules "$n" -unchanged "$tmp/out/since" || die "the answer of since is wrong"
	"$measure" verified -least "$n" "$tmp/out/project" || die "the answer of project is wrong"
	"$measure" verified -modules 1 "$tmp/out/start" || die "the answer of start is wrong"
}

# cancels stops verify 20 times, at moments spread over the middle of its run.
cancels() (
	quiet_environment
	c_both
	"$measure" cancel -name cancel -like both -runs 20 -times "$tmp/times" -- "${cmd[@]}"
)

verify_set() {
	local short=0
	cache_and_project "$1"
	find_project "$1"
	measure_rounds
	if [[ $temperature == warm ]]; then
		cancels
	fi
	printf '\n## verify\n\n'
	machine
	sha_instructions
	echo "- project: ${#versions[@]} versions of the build list of ${project##*/}, $bytes bytes in their directories"
	echo
	"$measure" table -times "$tmp/times" -entries "$entries" <<<"$limits" || short=$?
	if ((short != 0 && short != 3)); then
		exit "$short"
	fi
	printf '\nsums:\n\n'
	check_verified | sed 's/^/    /'
	return "$short"
}

# sha_instructions says what the speed of hashing hangs on: with them SHA-256 is three times as fast.
sha_instructions() {
	if grep -qwE 'sha_ni|sha2' /proc/cpuinfo 2>/dev/null; then
		echo "- SHA-256 instructions: yes"
	else
		echo "- SHA-256 instructions: none that /proc/cpuinfo names"
	fi
}

# intact verifies everything in DIR once, and toolchains too. Whatever is found is a false alarm: all of it was just
# fetched. One run: the figures are for the eye, but for the memory.
intact() {
	local short=0 project_roots=() file
	cache_and_project "$1"
	for file in "$1"/project*/go.mod; do
		project_roots+=(--root "$(dirname "$file")")
	done
	rm -rf "${tmp:?}/times"
	mkdir -p "$tmp/out"
	c_intact() {
		home intact new
		cmd=("$godoctor" verify --toolchains --fail-on never --no-config --no-progress --json
			--modcache "${roots[0]}" --gocache "${roots[1]}" "${project_roots[@]}")
	}
	once intact 1
	printf '\n## intact\n\n'
	machine
	sha_instructions
	costs_head
	"$measure" cost -times "$tmp/times" -entries "$entries" intact
	echo
	"$measure" table -times "$tmp/times" -entries "$entries" <<<'memory intact 192' || short=$?
	if ((short != 0 && short != 3)); then
		exit "$short"
	fi
	echo
	"$measure" verified -alarms "$tmp/out/intact" || die "verify finds fault with what was just fetched"
	return "$short"
}
