package tui

import (
	"fmt"

	tea "charm.land/bubbletea/v2"

	"godoctor/doctor/plan"
	"godoctor/doctor/remedy"
	"godoctor/doctor/state"
	"godoctor/ui/text"
)

// The ways in which undo brings things back, as phases of it; the last one does not.
const (
	undoRename = iota
	undoUnpack
	undoFetch
	undoNothing
	undoWays
)

var undoTitles = [undoWays]string{"put back from the quarantine", "unpacked from their zips, offline", "downloaded again",
	"made anew by go when needed"}

// undoWay is how an item comes back; -1: nothing was done to it.
func undoWay(it *state.RunItem) int {
	switch {
	case it.Result != "done" && it.Result != "":
		return -1
	case it.Kept != "":
		return undoRename
	case it.Module == "":
		return undoNothing
	case it.Part == string(plan.Sources):
		return undoUnpack
	}
	return undoFetch
}

// undoPhases are the phases of an undo, and in which of them each item is.
func undoPhases(of *state.Run) (phases []phase, at []int) {
	phases = make([]phase, undoWays)
	for i := range phases {
		phases[i].title = undoTitles[i]
	}
	at = make([]int, len(of.Items))
	for i := range of.Items {
		way := undoWay(&of.Items[i])
		if at[i] = max(way, 0); way >= 0 {
			phases[way].items++
			phases[way].disk += of.Items[i].Disk
		}
	}
	return phases, at
}

// undoable says why a run cannot be undone, or nothing.
func undoable(of *state.Run) string {
	switch {
	case of.Kind != "clean" && of.Kind != "repair":
		return "it is a run of " + of.Kind + ": only what was removed can be taken back"
	case of.Undone != "":
		return "it was taken back already"
	}
	phases, _ := undoPhases(of)
	if phases[undoRename].items+phases[undoUnpack].items+phases[undoFetch].items == 0 {
		return "there is nothing to put back: go makes anew what it removed"
	}
	return ""
}

// askUndo asks whether a run is to be taken back.
func (r *root) askUndo(of *state.Run) tea.Cmd {
	why := ""
	switch {
	case r.Clean == nil:
		why = noCleaner
	case r.Clean.Refused != "":
		r.refuse()
		return nil
	case r.work.running:
		why = "one moment: something is being " + r.work.verb()
	case r.scan.running || r.data == nil:
		why = "one moment: the caches are being scanned"
	case of == nil:
		why = "there is no run to take back"
	default:
		why = undoable(of)
	}
	if why != "" {
		r.say(why)
		return nil
	}
	phases, _ := undoPhases(of)
	a := &ask{title: "Take back the run of " + of.Started.Local().Format("2 Jan 15:04") + "?", do: "Take back"}
	for i, p := range phases {
		if p.items > 0 {
			a.lines = append(a.lines, entry{label: text.Right(text.Bytes(p.disk), 9), text: plural(p.items, "item") + ": " + undoTitles[i]})
		}
	}
	a.lines = append(a.lines, entry{text: "What comes back has to have the hash that it had. Nothing else is changed."})
	for i := range of.Items {
		if undoWay(&of.Items[i]) >= 0 {
			a.names = append(a.names, text.Right(text.Bytes(of.Items[i].Disk), 9)+"  "+r.env.clean(runLabel(&of.Items[i])))
		}
	}
	a.yes = func() tea.Cmd { return r.startUndo(of) }
	return r.openAsk(a)
}

// refuse says why nothing is changed here.
func (r *root) refuse() {
	r.dialog = &dialog{title: "Not here", lines: []entry{{text: r.env.say(r.Clean.Refused)}, {},
		{text: "Looking, planning and saving a plan work all the same."}}}
}

// quitTitle is the question that q asks while something runs.
const quitTitle = "Quit while it runs?"

// askQuit asks whether to quit though a run goes on.
func (r *root) askQuit() tea.Cmd {
	w := r.work
	return r.openAsk(&ask{title: quitTitle, do: "Stop and quit", yes: func() tea.Cmd {
		w.cancel()
		return tea.Quit
	}, lines: []entry{{text: fmt.Sprintf("%s: %.0f%%. It stops after what it is at. What was %s stays so, and godoctor undo knows it.",
		w.title(), 100*w.done(), w.verb())}}})
}

// runState says what became of a run of the history, in few words.
func runState(of *state.Run, r *root) string {
	done, failed, skipped := 0, 0, 0
	kept := false
	for i := range of.Items {
		it := &of.Items[i]
		switch it.Result {
		case "done":
			done++
			kept = kept || it.Kept != ""
		case "failed":
			failed++
		case "skipped":
			skipped++
		}
	}
	s := "done"
	switch {
	case of.Finished.IsZero():
		s = "broken off"
	case of.Undone != "":
		s = "taken back"
	case failed+skipped > 0:
		s = fmt.Sprintf("%d skipped, %d failed", skipped, failed)
	case kept && r.Now().Sub(of.Started) < remedy.HoldFor:
		s = "in quarantine until " + of.Started.Add(remedy.HoldFor).Local().Format("2 Jan")
	}
	return s
}
