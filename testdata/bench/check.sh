# shellcheck shell=bash disable=SC2034,SC2154 # variables are those of .ci/bench
# The part check of .ci/bench, which reads this file.

# check_environment lets godoctor see this module cache as that of the machine: then toolchains and programs are looked
# for as well, as they are for a user.
check_environment() {
	home "$1" kept
	export GOMODCACHE=${roots[0]} GOCACHE=${roots[1]} GOPROXY=off GOSUMDB=off
	cmd=("$godoctor" check --json --fail-on never --no-config --no-progress)
}

# What a user types in a project, for the second time: the warm-up leaves the index. The checks that go through caches are
# apart, because what they cost hangs on how much a project needs, and this one needs what hardly any does.
c_one() {
	check_environment one
	cmd+=(-C "$project" --skip walk)
}

# Two hundred projects, found below one directory.
c_many() {
	check_environment many
	cmd+=(--root "$tmp/many" --skip walk)
}

# Nothing but the checks that go through the caches: names and sizes of all that the project needs.
c_walk() {
	check_environment walk
	cmd+=(-C "$project" --skip stat --skip read)
}

# All of them, for the two hundred.
c_all() {
	check_environment all
	cmd+=(--root "$tmp/many")
}

# What godoctor does before any check: of one project, and of two hundred.
c_look() {
	check_environment look
	cmd+=(-C "$project" check-failed)
}

part_check() {
	contenders=(one many walk all look)
	limits='
		wall   one  300
		wall   many 3000
		wall   walk 2000
		memory one  128
		memory many 192
		memory all  192
		beside look one
		beside all  many'
}

# two_hundred makes projects that all need what the real one needs.
two_hundred() {
	local i dir
	for ((i = 0; i < 200; i++)); do
		dir=$tmp/many/team$((i % 10))/project$i
		mkdir -p "$dir"
		sed "s|^module .*|module example.com/project$i|" "$project/go.mod" >"$dir/go.mod"
		cp "$project/go.sum" "$dir/go.sum"
		printf 'package project\n' >"$dir/project.go"
	done
}

# stops_check stops it 20 times, at moments spread over the middle of its run.
stops_check() (
	quiet_environment
	c_all
	"$measure" cancel -name cancel -like all -runs 20 -times "$tmp/times" -- "${cmd[@]}"
)

check_set() {
	local short=0
	cache_and_project "$1"
	find_project "$1"
	two_hundred
	entries=$(find "${roots[@]}" | wc -l)
	measure_rounds
	stops_check
	limits+='
		worst  cancel 250'
	printf '\n## check\n\n'
	machine
	echo "- project: ${#versions[@]} versions of its build list in the cache, $(wc -l <"$project/go.sum") lines in go.sum; and 200 like it"
	echo
	"$measure" table -times "$tmp/times" -entries "$entries" <<<"$limits" || short=$?
	if ((short != 0 && short != 3)); then
		exit "$short"
	fi
	printf '\nfound: %s errors, %s warnings, %s notes; %s checks in 200 projects\n' \
		"$(said errors)" "$(said warnings)" "$(said notes)" "$(said checks)"
	[[ $(said projects) == 200 ]] || die "not 200 projects were checked but $(said projects)"
	return "$short"
}

# said is a number of the summary of the last run over two hundred projects.
said() { sed -n 's/^    "'"$1"'": \([0-9]*\).*/\1/p' "$tmp/out/all"; }
