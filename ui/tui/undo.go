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
	undoLines
	undoUnpack
	undoFetch
	undoNothing
	undoWays
)

var undoTitles = [undoWays]string{"put back from the quarantine", "lines put back as they were", "unpacked from their zips, offline",
	"downloaded again", "made anew by go when needed"}

// undoTitle says how what a run did is taken back.
func undoTitle(of *state.Run, way int) string {
	if of.Kind == "repair" && way == undoNothing {
		return "stay as they are: what was there was damaged, or nothing"
	}
	return undoTitles[way]
}

// undoWay is how an item comes back; -1: nothing was done to it.
func undoWay(of *state.Run, it *state.RunItem) int {
	switch {
	case it.Result != "done" && it.Result != "":
		return -1
	case it.Kept != "":
		return undoRename
	case len(it.Edits) > 0:
		return undoLines
	case it.Module == "", of.Kind == "repair":
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
		phases[i].title = undoTitle(of, i)
	}
	at = make([]int, len(of.Items))
	for i := range of.Items {
		way := undoWay(of, &of.Items[i])
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
	switch {
	case phases[undoRename].items+phases[undoLines].items+phases[undoUnpack].items+phases[undoFetch].items > 0:
		return ""
	case of.Kind == "repair":
		return "there is nothing to put back: what was there was damaged, or nothing"
	}
	return "there is nothing to put back: go makes anew what it removed"
}

// askUndo asks whether a run is to be taken back.
func (r *root) askUndo(of *state.Run) tea.Cmd {
	why := ""
	switch {
	case r.Clean == nil:
		why = noCleaner
	case r.Clean.Refused != "":
		r.refuse(r.Clean.Refused)
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
	for _, p := range phases {
		if p.items > 0 {
			a.lines = append(a.lines, entry{label: text.Right(text.Bytes(p.disk), 9), text: plural(p.items, "item") + ": " + p.title})
		}
	}
	a.lines = append(a.lines, entry{text: "What comes back has to have the hash that it had. Nothing else is changed."})
	for i := range of.Items {
		if undoWay(of, &of.Items[i]) >= 0 {
			a.names = append(a.names, text.Right(text.Bytes(of.Items[i].Disk), 9)+"  "+r.env.clean(runLabel(&of.Items[i])))
		}
	}
	a.yes = func() tea.Cmd { return r.startUndo(of) }
	return r.openAsk(a)
}

// refuse says why nothing is changed here.
func (r *root) refuse(why string) {
	works := "Looking, planning and saving a plan work all the same."
	if r.Saved != nil {
		works = "Looking and planning work all the same."
	}
	r.dialog = &dialog{title: "Not here", lines: []entry{{text: r.env.say(why)}, {}, {text: works}}}
}

// quitTitle is the question that q asks while something runs.
const quitTitle = "Quit while it runs?"

// askQuit asks whether to quit though a run goes on.
func (r *root) askQuit() tea.Cmd {
	w := r.work
	a := &ask{title: quitTitle, do: "Stop and quit", yes: func() tea.Cmd {
		w.cancel()
		return tea.Quit
	}, lines: []entry{{text: fmt.Sprintf("%s: %.0f%%. It stops after what it is at. What was %s stays so, and godoctor history knows it.",
		w.title(), 100*w.done(), w.verb())}}}
	if w.kind == packWork {
		a.lines = []entry{{text: fmt.Sprintf("%s: %.0f%%. The bundle is not made then; what came is kept, and the same bundle goes on there.", w.title(), 100*w.done())}}
	}
	if n := len(r.waiting()); n > 0 {
		a.lines = append(a.lines, entry{text: plural(n, "run") + " that waits does not begin then."})
	}
	return r.openAsk(a)
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
