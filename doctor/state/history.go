package state

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/natefinch/atomic"

	"godoctor/scan/regular"
)

// Limits of the history.
const (
	runMax     = 64 << 20 // bytes of one run
	runsKept   = 500
	runsFor    = 180 * 24 * time.Hour
	runsAtAll  = 14 * 24 * time.Hour // however many there are: what they put into the quarantine waits for half of that
	runsSchema = "godoctor/run/v1"
)

// A Run is a run that changed a cache, as the history keeps it. It explains, and says what undo has to bring back; that
// nothing breaks never depends on it.
type Run struct {
	Schema   string    `json:"schema"`
	ID       string    `json:"id"`
	Kind     string    `json:"kind"`        // "clean", "undo", "purge", "repair"
	Of       string    `json:"of,omitzero"` // of an undo: the run that it undid
	Args     []string  `json:"args,omitzero"`
	PID      int       `json:"pid"`
	Started  time.Time `json:"started"`
	Hidden   time.Time `json:"hidden,omitzero"`   // when everything was out of go's sight
	Finished time.Time `json:"finished,omitzero"` // zero: it runs, or was broken off
	ModCache string    `json:"mod_cache,omitzero"`
	GoCache  string    `json:"go_cache,omitzero"`
	Items    []RunItem `json:"items"`

	Freed  int64  `json:"freed_bytes"` // as the items say
	Later  int64  `json:"later_bytes"`
	Before int64  `json:"free_before"` // on the file system
	After  int64  `json:"free_after"`
	Left   bool   `json:"left,omitzero"`   // an item failed: what was renamed away of it may lie there, and the next run looks
	Undone string `json:"undone,omitzero"` // the run that undid it
}

// A RunItem is one item of a run.
type RunItem struct {
	Module  string `json:"module,omitzero"`
	Version string `json:"version,omitzero"`
	Part    string `json:"part"`
	Name    string `json:"name,omitzero"`
	Root    string `json:"root,omitzero"`  // what lies beside the caches: itself, absolute
	Count   int    `json:"count,omitzero"` // entries of the build cache
	Tier    string `json:"tier"`
	Rule    string `json:"rule,omitzero"`
	Disk    int64  `json:"disk_bytes"`
	Hash    string `json:"hash,omitzero"`
	Result  string `json:"result,omitzero"` // "done", "skipped", "failed"; empty: it was not come to
	Kept    string `json:"kept,omitzero"`   // entry of the quarantine
	Error   string `json:"error,omitzero"`  // raw

	Edits  []LineEdit `json:"edits,omitzero"`  // of a go.sum or a settings file, which is Root
	Backup string     `json:"backup,omitzero"` // of a settings file: the file that has what it said before
}

// A LineEdit is a line of a file that a repair has changed. With New "" the line was removed; with Line 0 it was added.
type LineEdit struct {
	Line int    `json:"line"` // from 1, in the file as it was
	Old  string `json:"old"`
	New  string `json:"new"`
}

// Interrupted reports whether the run was broken off: it has no end, and its process is not the caller's to judge.
func (r *Run) Interrupted() bool { return r.Finished.IsZero() }

func (h Home) runsDir() string { return filepath.Join(string(h), "runs") }

func (h Home) runFile(id string) string { return filepath.Join(h.runsDir(), id+".json") }

// runID accepts the names of runs, which become file names.
func runID(id string) bool {
	return id != "" && len(id) <= 40 && strings.Trim(id, "0123456789-") == ""
}

// SaveRun writes a run, at its beginning and at its end: replaced atomically, durable. Of an empty Home nothing is kept.
func (h Home) SaveRun(r *Run) error {
	if h == "" {
		return nil
	}
	if !runID(r.ID) {
		return fmt.Errorf("%q is no name of a run", r.ID)
	}
	if err := os.MkdirAll(h.runsDir(), 0o700); err != nil {
		return err
	}
	r.Schema = runsSchema
	b, err := json.Marshal(r)
	if err != nil {
		return err
	}
	return atomic.WriteFile(h.runFile(r.ID), bytes.NewReader(append(b, '\n')))
}

// Run reads one run by its name.
func (h Home) Run(id string) (*Run, error) {
	if !runID(id) {
		return nil, fmt.Errorf("%q is no name of a run: 'godoctor history' lists them", id)
	}
	if h == "" {
		return nil, fmt.Errorf("run %q: no history is kept here", id)
	}
	b, err := regular.ReadFile(h.runFile(id), runMax)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("there is no run %q: 'godoctor history' lists them", id)
	}
	if err != nil {
		return nil, err
	}
	r := new(Run)
	if err := json.Unmarshal(b, r); err != nil {
		return nil, fmt.Errorf("%q is damaged: %w", h.runFile(id), err)
	}
	if r.Schema != runsSchema || r.ID != id {
		return nil, fmt.Errorf("%q is of another version, or was renamed", h.runFile(id))
	}
	return r, nil
}

// list gives what is in a directory of the home: nothing where nothing was ever kept.
func (h Home) list(dir string) ([]os.DirEntry, error) {
	if h == "" {
		return nil, nil
	}
	list, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return list, err
}

// Runs reads the history, the youngest run first. What cannot be read of it is an error beside what can.
func (h Home) Runs() ([]*Run, error) {
	list, err := h.list(h.runsDir())
	if err != nil {
		return nil, err
	}
	var out []*Run
	var errs []error
	for _, e := range list {
		id, ok := strings.CutSuffix(e.Name(), ".json")
		if !ok || !runID(id) {
			continue
		}
		r, err := h.Run(id)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		out = append(out, r)
	}
	slices.SortFunc(out, func(a, b *Run) int { return strings.Compare(b.ID, a.ID) })
	return out, errors.Join(errs...)
}

// TrimRuns forgets what is old, and what is too much. Broken-off runs are kept until a sweep has ended them. What cannot be
// read stays and is an error, and keeps nothing else from being forgotten.
func (h Home) TrimRuns(now time.Time) error {
	runs, err := h.Runs()
	errs := []error{err}
	for i, r := range runs {
		if age := now.Sub(r.Started); !r.Interrupted() && (i >= runsKept && age > runsAtAll || age > runsFor) {
			errs = append(errs, h.forgetBackups(r), os.Remove(h.runFile(r.ID)))
		}
	}
	return errors.Join(errs...)
}

// SavePlan writes a plan that a person saves without naming a file, and gives the file.
func (h Home) SavePlan(id string, plan []byte) (string, error) {
	if h == "" {
		return "", errors.New("no state is kept here: name a file with -o")
	}
	if !runID(id) {
		return "", fmt.Errorf("%q is no name of a plan", id)
	}
	file := filepath.Join(string(h), "plans", "plan-"+id+".json")
	return file, WritePlan(file, plan)
}

// WritePlan writes a plan to a file that a person names.
func WritePlan(file string, plan []byte) error {
	if err := replaceable(file); err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		return err
	}
	return atomic.WriteFile(file, bytes.NewReader(plan))
}
