package plan

import "time"

// Usual is what a plan is made by before a person has said anything: all kinds that somebody can do without, not used for
// that long. Little of it is chosen at first.
func Usual() (p Policies, olderThan time.Duration) {
	return Policies{Orphans: true, Sources: true, Toolchains: true, VCS: true, Build: true, Leftovers: true, Related: true,
		Abandoned: true}, 30 * 24 * time.Hour
}
