# shellcheck shell=bash disable=SC2154 # .ci/bench sources it, and sets what is used here
# What a project needs, into an empty module cache: go mod download against godoctor repair, from one proxy on loopback that has
# a checksum database too (testdata/bench/depot), turn by turn. And the same where every answer waits and some break off.

# depot_starts serves the modules from a new directory. The flags are those of depot.
depot_starts() {
	rm -rf "${fetch_dir:?}/depot"
	mkdir -p "$fetch_dir/depot"
	mkfifo "$fetch_dir/depot/in"
	"$depot" -modules "$fetch_modules" "$@" "$fetch_dir/depot" <"$fetch_dir/depot/in" >"$fetch_dir/depot/says" 2>"$fetch_dir/depot/ends" &
	depot_pid=$!
	exec {depot_in}>"$fetch_dir/depot/in"
	until [[ -s $fetch_dir/depot/says ]]; do
		kill -0 "$depot_pid" 2>/dev/null || die "the proxy does not start: $(cat "$fetch_dir/depot/ends")"
		sleep 0.1
	done
	read -r depot_url depot_key <"$fetch_dir/depot/says"
	project=$fetch_dir/depot/project
}

# depot_stops ends it, and prints how many answers it has broken off, if that was its task.
depot_stops() {
	exec {depot_in}>&-
	wait "$depot_pid" || die "the proxy failed: $(cat "$fetch_dir/depot/ends")"
	cat "$fetch_dir/depot/ends"
}

# nothing_there makes the module cache empty.
nothing_there() {
	if [[ -d $fetch_dir/mod ]]; then
		chmod -R u+w "$fetch_dir/mod"
		rm -rf "$fetch_dir/mod" "$fetch_dir/.godoctor"
	fi
	mkdir -p "$fetch_dir/mod" "$fetch_dir/gocache"
	export GOMODCACHE=$fetch_dir/mod GOCACHE=$fetch_dir/gocache GOPROXY=$depot_url GOSUMDB=$depot_key GOFLAGS='' GOWORK=off
}

c_download() {
	home download new
	nothing_there
	cmd=(go -C "$project" mod download)
}

c_repair() {
	home repair new
	nothing_there
	cmd=("$godoctor" repair --project "$project" --root "$project" --yes --no-config --no-progress)
}

# whole checks what a contender has left: everything, as go sees it, and a build that asks nobody.
whole() (
	quiet_environment
	home whole kept
	export GOMODCACHE=$fetch_dir/mod GOCACHE=$fetch_dir/gocache GOPROXY=off GOSUMDB=off GOFLAGS=-mod=readonly GOWORK=off
	local n
	n=$(find "$GOMODCACHE/cache/download" -name '*.ziphash' | wc -l)
	((n == fetch_modules)) || die "$1: $n modules are there, want $fetch_modules"
	[[ $(go -C "$project" mod verify) == 'all modules verified' ]] || die "$1: go mod verify finds fault with it"
	go -C "$project" build -o "$tmp/built" . || die "$1: the project does not build offline"
)

# fetch_set is the whole part.
fetch_set() {
	local short=0 code=0
	fetch_dir=$1/fetch fetch_modules=${BENCH_MODULES:-300}
	depot=$tmp/depot
	go build -trimpath -buildvcs=false -o "$depot" ./testdata/bench/depot
	if [[ -d $fetch_dir ]]; then
		chmod -R u+w "$fetch_dir"
		rm -rf "$fetch_dir"
	fi
	mkdir -p "$fetch_dir"
	# shellcheck disable=SC2034 # .ci/bench, which sources this file, reads it
	contenders=(download repair)
	limits='ratio repair download 1.35'
	depot_starts
	measure_rounds
	whole "$(tail -n 1 "$tmp/times" | cut -f1)"
	entries=$(find "$fetch_dir/mod" | wc -l)
	# shellcheck disable=SC2034 # likewise
	roots=("$fetch_dir/mod")
	printf '\n## fetch\n\n'
	machine
	echo "- modules: $fetch_modules, $(find "$fetch_dir/mod" -name '*.zip' -printf '%s\n' | awk '{ n += $1 } END { printf "%.0f\n", n }') bytes of zips"
	echo
	"$measure" table -times "$tmp/times" -entries "$entries" <<<"$limits" || short=$?
	((short == 0 || short == 3)) || exit "$short"
	depot_stops
	fetch_broken
	return "$short"
}

# fetch_broken runs both once where the proxy is 20 ms away and every hundredth answer breaks off. The repair has to come to its
# end; that go does not says that the test tests something.
fetch_broken() {
	local code name
	printf '\n20 ms to every answer, one in a hundred breaks off (seed %s):\n\n' "${BENCH_SEED:-1}"
	echo "| | exit code | s |"
	echo "|---|---|---|"
	for name in download repair; do
		depot_starts -latency 20ms -cut 0.01 -seed "${BENCH_SEED:-1}"
		code=0
		: >"$tmp/broken"
		(
			quiet_environment
			"c_$name"
			TIMEFORMAT=%R
			time "${cmd[@]}" >"$tmp/out/$name" 2>"$tmp/out/$name.err"
		) 2>"$tmp/broken" || code=$?
		printf '| %s | %d | %s |\n' "$name" "$code" "$(tail -n 1 "$tmp/broken")"
		case $name:$code in
		download:0) die "go has downloaded everything: no answer was broken off that it needs (set BENCH_SEED)" ;;
		repair:0) whole repair ;;
		repair:*) die "godoctor has not come to its end: $(tail -n 3 "$tmp/out/$name.err")" ;;
		esac
		depot_stops >"$tmp/broken.$name"
	done
	printf '\ngo: %s; of the repair: %s\n' "$(tail -n 1 "$tmp/out/download.err" | cut -c1-160)" "$(cat "$tmp/broken.repair")"
}
