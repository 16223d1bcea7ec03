package plan

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"godoctor/doctor/usage"
	"godoctor/scan/meter"
)

// A recorder is an Ops that does nothing and fails at one step.
type recorder struct {
	fail    int // the item that fails, counted over all batches from 1; 0: none
	before  func(batch int)
	batches [][]Item
	steps   int
	double  bool // every outcome is reported twice, and some that are none
}

var errFake = errors.New("the disk says no")

func (r *recorder) Remove(ctx context.Context, batch []Item, each func(int, Outcome)) {
	if r.before != nil {
		r.before(len(r.batches))
	}
	r.batches = append(r.batches, slices.Clone(batch))
	var wg sync.WaitGroup
	for i := range batch {
		if ctx.Err() != nil {
			return
		}
		r.steps++
		o := Outcome{Result: Done, Disk: batch[i].Disk}
		if batch[i].Later() {
			o.Disk, o.Later = 0, batch[i].Disk
		}
		if r.steps == r.fail {
			o = Outcome{Result: Failed, Err: errFake}
		}
		wg.Go(func() {
			each(i, o)
			if r.double {
				each(i, Outcome{Result: Failed})
				each(-1, o)
				each(len(batch), o)
			}
		})
	}
	wg.Wait()
}

// many is a plan of n versions and m other things.
func many(n, m int) *Plan {
	p := &Plan{ID: "20261126-214501"}
	for i := range n {
		p.Items = append(p.Items, Item{Module: "example.com/a", Version: fmt.Sprintf("v1.%d.0", i), Part: Version, Disk: 10, Tier: usage.Network})
	}
	for i := range m {
		p.Items = append(p.Items, Item{Part: Entry, Name: fmt.Sprintf("%02x", i), Names: []string{"x"}, Disk: 1, Tier: usage.Rebuild})
	}
	return p
}

// Wherever an item fails, all others are done, and the sums are right.
func TestFailureAtEveryStep(t *testing.T) {
	const n, m = 130, 40
	for k := 0; k <= n+m; k++ {
		var mt meter.Meter
		told := make([]int, n+m)
		ops := &recorder{fail: k, double: true}
		r := Apply(t.Context(), many(n, m), ops, Options{Meter: &mt, Each: func(i int, _ Outcome) { told[i]++ }})
		failed, disk := 0, int64(n*10+m)
		if k > 0 {
			failed, disk = 1, disk-map[bool]int64{true: 10, false: 1}[k <= n]
		}
		if r.Done != n+m-failed || r.Failed != failed || r.Skipped != 0 || r.Freed != disk || r.Later != 0 || r.Stopped || r.Err != nil {
			t.Fatalf("step %d: %+v", k, r)
		}
		if s := mt.Sample(); s.Units != n+m || s.Total != n+m {
			t.Fatalf("step %d: %+v", k, s)
		}
		for i, o := range r.Outcomes {
			if told[i] != 1 || (o.Result == Failed) != (i == k-1) || (o.Err == errFake) != (i == k-1) {
				t.Fatalf("step %d, item %d: %+v, told %d times", k, i, o, told[i])
			}
		}
	}
}

// A batch has at most 64 items, and module versions are not among other things.
func TestBatches(t *testing.T) {
	for _, most := range []int{0, 1, 7, 64, 1000} {
		ops := &recorder{}
		Apply(t.Context(), many(100, 70), ops, Options{Batch: most})
		sum := 0
		for _, b := range ops.batches {
			sum += len(b)
			if len(b) > BatchMax || most > 0 && len(b) > most || b[0].Part.OfVersion() != b[len(b)-1].Part.OfVersion() {
				t.Errorf("at most %d: a batch of %d", most, len(b))
			}
		}
		if sum != 170 {
			t.Errorf("%d items", sum)
		}
	}
}

// Pause holds, resume goes on, stop ends after what is under way, the context at once.
func TestControl(t *testing.T) {
	var c Control
	paused := make(chan bool)
	ops := &recorder{before: func(batch int) {
		if batch == 0 {
			c.Pause()
			c.Pause() // twice is once
			go func() {
				select {
				case <-paused:
				case <-time.After(50 * time.Millisecond):
					close(paused)
				}
				c.Resume()
				c.Resume()
			}()
		}
		if batch == 1 {
			select {
			case <-paused:
			default:
				t.Error("it went on while it was paused")
			}
			c.Stop()
		}
	}}
	r := Apply(t.Context(), many(10, 0), ops, Options{Batch: 2, Control: &c})
	if r.Done != 4 || !r.Stopped || r.Outcomes[4].Result != Untouched || r.Finished.Before(r.Started) {
		t.Errorf("%+v", r)
	}

	c = Control{}
	c.Pause()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	if r := Apply(ctx, many(10, 0), &recorder{}, Options{Control: &c}); r.Done != 0 || !r.Stopped {
		t.Errorf("%+v", r)
	}
	c.Stop() // while it is paused
	if r := Apply(t.Context(), many(10, 0), &recorder{}, Options{Control: &c}); r.Done != 0 || !r.Stopped {
		t.Errorf("%+v", r)
	}

	ctx, cancel = context.WithCancel(t.Context())
	ops = &recorder{before: func(batch int) {
		if batch == 1 {
			cancel()
		}
	}}
	if r := Apply(ctx, many(10, 0), ops, Options{Batch: 3}); r.Done != 3 || !r.Stopped || len(ops.batches) != 2 {
		t.Errorf("%+v", r)
	}
}

// A plan is applied once; what Without leaves of it no more; a dry run does not count.
func TestOnce(t *testing.T) {
	p := many(3, 0)
	if r := Apply(t.Context(), p, Look("", ""), Options{}); r.Err != nil || r.Failed != 3 {
		t.Errorf("%+v", r)
	}
	if r := Apply(t.Context(), p, &recorder{}, Options{}); r.Err != nil || r.Done != 3 {
		t.Errorf("%+v", r)
	}
	for _, p := range []*Plan{p, p.Without(func(*Item) bool { return false })} {
		if r := Apply(t.Context(), p, &recorder{}, Options{}); r.Err != ErrApplied || r.Done != 0 || !r.Stopped || len(r.Outcomes) != 3 {
			t.Errorf("%+v", r)
		}
	}
}

// Skipped items are counted with what kept them.
func TestSums(t *testing.T) {
	p := many(4, 0)
	p.Items[3].Tier = usage.Hold
	i := 0
	ops := opsFunc(func(ctx context.Context, batch []Item, each func(int, Outcome)) {
		list := []Outcome{{Result: Skipped, Busy: true}, {Result: Skipped, Busy: true, Undone: true}, {Result: Done, Disk: 7}, {Result: Done, Later: 10, Kept: "x"}}
		for n := range batch {
			each(n, list[i])
			i++
		}
	})
	r := Apply(t.Context(), p, ops, Options{})
	if r.Skipped != 2 || r.Busy != 2 || r.Undone != 1 || r.Done != 2 || r.Freed != 7 || r.Later != 10 || p.Now() != 30 || p.Later() != 10 {
		t.Errorf("%+v", r)
	}
}

type opsFunc func(context.Context, []Item, func(int, Outcome))

func (f opsFunc) Remove(ctx context.Context, batch []Item, each func(int, Outcome)) {
	f(ctx, batch, each)
}

func TestWeigh(t *testing.T) {
	const gib = 1 << 30
	version := Item{Module: "example.com/a", Version: "v1.0.0", Part: Version, Tier: usage.Network, Disk: 1}
	free := Item{Module: "example.com/b", Version: "v1.0.0", Part: Sources, Tier: usage.Free, Disk: gib}
	entry := Item{Part: Entry, Tier: usage.Rebuild, Disk: 1}
	hold, fuzz, abandoned, modified := version, entry, entry, free
	hold.Tier, fuzz.Part, abandoned.Part, modified.Modified = usage.Hold, Fuzz, Abandoned, true
	big := free
	big.Disk++
	for i, c := range []struct {
		total    int64
		versions int
		items    []Item
		want     Weight
	}{
		{100 * gib, 100, nil, Mild}, {100 * gib, 100, []Item{free}, Mild}, {100 * gib, 100, []Item{big}, Normal}, {100 * gib, 100, []Item{version}, Normal},
		{100 * gib, 100, []Item{entry}, Normal}, {100 * gib, 100, []Item{hold}, Severe}, {100 * gib, 100, []Item{fuzz}, Severe},
		{100 * gib, 100, []Item{abandoned}, Severe}, {100 * gib, 100, []Item{free, modified}, Severe}, {gib, 100, []Item{free}, Severe},
		{2*gib - 2, 100, []Item{free}, Severe}, {2 * gib, 100, []Item{free}, Mild}, {100 * gib, 3, []Item{version, version}, Severe}, {100 * gib, 1, []Item{version}, Normal},
		{0, 100, []Item{free}, Mild}, {100 * gib, 4, []Item{version, version}, Normal}, {100 * gib, 2, []Item{version, version}, Severe},
	} {
		p := &Plan{Items: c.items, Total: c.total, Versions: c.versions}
		if got := p.Weigh(); got != c.want {
			t.Errorf("%d: %d, want %d", i, got, c.want)
		}
	}
}
