package plan

import (
	"cmp"
	"slices"
)

// The reasons for which something stays. Their text is shown, and counted in the JSON contract.
const (
	keptInUse     = "in use"
	keptListed    = "listed"
	keptGraph     = "only its go.mod is needed"
	keptPinned    = "pinned"
	keptYoung     = "young"
	keptUnknown   = "unknown: not everybody could be asked who needs it"
	keptNewest    = "one of the newest versions of its path"
	keptRecent    = "not old enough"
	keptPartial   = "half unpacked: see the leftovers"
	keptBuiltIn   = "unpacked from GOROOT"
	keptNoZip     = "no zip and .ziphash to unpack it from"
	keptNoDir     = "no whole directory that would stay"
	keptName      = "its name is not one that go makes"
	keptStranger  = "the module cache has no zip, .ziphash or .info of it: go did not make it"
	keptGone      = "gone since the scan"
	keptRuns      = "a process runs from it"
	keptBusy      = "a process is at work on it"
	keptNotOurs   = "not godoctor's to remove"
	keptMarker    = "golang.org/dl did not finish it"
	keptUndo      = "waits to be undone"
	keptForeign   = "the build cache does not look like one"
	keptNoGo      = "not every installed Go tells its version"
	keptLink      = "a link, and links are not followed"
	keptHolds     = "something that is in use lies in it"
	keptProtects  = "it protects something, and is small"
	keptGoal      = "beyond the goal"
	keptDiffers   = "differs from its zip"
	keptDamaged   = "the zip is damaged: godoctor repair"
	keptUnproved  = "nothing here can prove what is in it"
	keptUnread    = "it could not be read"
	keptChanged   = "changed since the plan was made"
	keptElsewhere = "the plan was made for another cache"
	keptThere     = "takes a look on that machine"
	keptStopped   = "the proof was broken off"
	keptHold      = "may not come back: left to a person"
)

// firstMax is how many labels are kept of each reason.
const firstMax = 5

// A tally counts what stays.
type tally map[string]*Kept

// keep counts one thing.
func (t tally) keep(reason, label string, disk int64) { t.many(reason, label, 1, disk) }

// many counts things that are alike.
func (t tally) many(reason, label string, items int, disk int64) {
	k := t[reason]
	if k == nil {
		k = &Kept{Reason: reason}
		t[reason] = k
	}
	k.Items += items
	k.Disk += disk
	if len(k.First) < firstMax && label != "" {
		k.First = append(k.First, label)
	}
}

// add takes over what was counted before.
func (t tally) add(list []Kept) {
	for _, k := range list {
		t.many(k.Reason, "", k.Items, k.Disk)
		t[k.Reason].First = append(t[k.Reason].First, k.First...)
	}
}

// list gives all, the biggest first.
func (t tally) list() []Kept {
	out := make([]Kept, 0, len(t))
	for _, k := range t {
		k.First = k.First[:min(len(k.First), firstMax)]
		out = append(out, *k)
	}
	slices.SortFunc(out, func(a, b Kept) int {
		return cmp.Or(cmp.Compare(b.Disk, a.Disk), cmp.Compare(b.Items, a.Items), cmp.Compare(a.Reason, b.Reason))
	})
	return out
}
