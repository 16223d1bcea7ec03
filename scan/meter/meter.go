// Package meter counts work while it is done, so that a viewer can say how far it is.
//
// Workers add, viewers sample: nothing is pushed. A message per file would cost more than the file
// itself (20,000 messages take seconds, reading a counter takes nanoseconds), so a screen reads the
// meter a dozen times a second and draws what it finds.
//
// All methods may be called from many goroutines at once. A nil *Meter is silent: code that is not
// watched passes nil and pays nothing.
package meter

import "sync/atomic"

// A Meter holds the counters of one job. The zero value is ready.
type Meter struct {
	entries atomic.Int64
	bytes   atomic.Int64
	units   atomic.Int64
	total   atomic.Int64
	now     atomic.Pointer[string]
}

// A Sample is what a Meter showed at one moment. The fields are read one after the other, so they may
// be a few entries apart; they never go backwards from one sample to the next.
type Sample struct {
	Entries int64  // files, directories and other entries looked at
	Bytes   int64  // bytes accounted for, hashed or moved, whatever the job is about
	Units   int64  // items done: module versions, toolchains, projects
	Total   int64  // items expected, 0 while that is not known
	Now     string // what is being worked on, raw: clean it before a terminal sees it
}

// Add counts entries and bytes that were done.
func (m *Meter) Add(entries, bytes int64) {
	if m == nil {
		return
	}
	m.entries.Add(entries)
	m.bytes.Add(bytes)
}

// Done counts n finished items.
func (m *Meter) Done(n int64) {
	if m != nil {
		m.units.Add(n)
	}
}

// Expect adds n to the number of items that the job knows of.
func (m *Meter) Expect(n int64) {
	if m != nil {
		m.total.Add(n)
	}
}

// Working names what is being worked on. Call it once an item, not once a file.
func (m *Meter) Working(name string) {
	if m != nil {
		m.now.Store(&name)
	}
}

// Sample reads the counters. A nil Meter gives the zero Sample.
func (m *Meter) Sample() Sample {
	if m == nil {
		return Sample{}
	}
	s := Sample{
		Entries: m.entries.Load(),
		Bytes:   m.bytes.Load(),
		Units:   m.units.Load(),
		Total:   m.total.Load(),
	}
	if p := m.now.Load(); p != nil {
		s.Now = *p
	}
	return s
}
