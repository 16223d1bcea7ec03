# shellcheck shell=bash disable=SC2154 # .ci/bench sources it, and sets what is used here
# Removing everything in a module cache, against go clean -modcache: how long until nothing of it is in go's sight, durably,
# and until the space is free. Every run has a fresh copy; the hashing that comes before a removal is a phase of its own,
# and told apart.

# ms prints how many milliseconds lie between two times as JSON has them.
ms() { awk -v a="$(date -d "$1" +%s.%N)" -v b="$(date -d "$2" +%s.%N)" 'BEGIN { printf "%.0f\n", (b - a) * 1000 }'; }

# fresh makes the copy that is to be removed.
fresh() {
	if [[ -d $copy ]]; then
		chmod -R u+w "$copy"
		rm -rf "$copy"
	fi
	cp -a "$1/mod" "$copy"
	sync
}

clean_go() {
	fresh "$1"
	home go new
	local begin=$EPOCHREALTIME
	GOMODCACHE=$copy GOFLAGS='' go clean -modcache
	awk -v a="$begin" -v b="$EPOCHREALTIME" 'BEGIN { printf "%.0f\n", (b - a) * 1000 }'
}

# clean_godoctor prints the milliseconds of the whole command, of hashing, until all is out of sight and until all is free.
clean_godoctor() {
	fresh "$1"
	home clean new
	local flags=(--all-modules --purge --grace 0 --modcache "$copy" --gocache "$tmp/gocache" --no-config --no-progress)
	local n begin run started hidden finished
	mkdir -p "$tmp/gocache" "$tmp/none"
	n=$("$godoctor" clean -n "${flags[@]}" --root "$tmp/none" --json | awk -F'[:,]' '/"items": [0-9]/ { print $2 + 0; exit }')
	begin=$(date -u +%Y-%m-%dT%H:%M:%S.%NZ)
	"$godoctor" clean --confirm "$n" "${flags[@]}" --root "$tmp/none" --json >"$tmp/out-clean"
	run=$(sed -n '/"run": {/,$p' "$tmp/out-clean")
	started=$(awk -F'"' '/"started":/ { print $4; exit }' <<<"$run")
	hidden=$(awk -F'"' '/"hidden":/ { print $4; exit }' <<<"$run")
	finished=$(awk -F'"' '/"finished":/ { print $4; exit }' <<<"$run")
	if (($(awk -F'[:,]' '/"done": [0-9]/ { print $2 + 0; exit }' <<<"$run") != n)); then
		die "not all of the $n items were removed"
	fi
	if [[ -n $(find "$copy" -name '*.zip' -o -name '*godoctor*' | head -n 1) ]]; then
		die "something is left in $copy"
	fi
	echo "$(ms "$begin" "$started") $(ms "$started" "$hidden") $(ms "$started" "$finished") $n"
}

median() { sort -n | awk '{ v[NR] = $1 } END { print (NR % 2) ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'; }

# clean compares, turn by turn. Limits: out of sight 0.05, free 0.75 of go clean's time.
clean() {
	local round peer line short=0 sight=() free=() rows=()
	copy=$1/copy
	find_roots "$1"
	for ((round = 1; round <= rounds; round++)); do
		if ((round % 2)); then
			peer=$(quiet_environment && clean_go "$1")
			line=$(quiet_environment && clean_godoctor "$1")
		else
			line=$(quiet_environment && clean_godoctor "$1")
			peer=$(quiet_environment && clean_go "$1")
		fi
		read -r before hidden all items <<<"$line"
		rows+=("| $round | $peer | $before | $hidden | $all | $(awk -v a="$hidden" -v b="$peer" 'BEGIN { printf "%.4f", a / b }') | $(awk -v a="$all" -v b="$peer" 'BEGIN { printf "%.3f", a / b }') |")
		sight+=("$(awk -v a="$hidden" -v b="$peer" 'BEGIN { print a / b }')")
		free+=("$(awk -v a="$all" -v b="$peer" 'BEGIN { print a / b }')")
	done
	chmod -R u+w "$copy" 2>/dev/null || true
	rm -rf "$copy"
	printf '\n## clean\n\n'
	machine
	printf '\n%s items. Times in ms; looking and hashing come before and are not in the ratios.\n\n' "$items"
	echo "| round | go clean -modcache | looking, hashing | out of sight | free | out of sight : go | free : go |"
	echo "|---|---|---|---|---|---|---|"
	printf '%s\n' "${rows[@]}"
	local s f
	s=$(printf '%s\n' "${sight[@]}" | median)
	f=$(printf '%s\n' "${free[@]}" | median)
	printf '\nmedians: out of sight %.4f (limit 0.05), free %.3f (limit 0.75)\n' "$s" "$f"
	awk -v s="$s" -v f="$f" 'BEGIN { exit !(s <= 0.05 && f <= 0.75) }' || short=3
	return "$short"
}
