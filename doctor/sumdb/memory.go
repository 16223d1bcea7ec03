package sumdb

import (
	"context"
	"sync"
)

// maxMemory bounds each memory of a DB: some thousand tiles, or the proofs of as many records.
const maxMemory = 32 << 20

// A memory remembers contents by name. When it is full it forgets everything: what is needed often is soon back.
type memory struct {
	mu   sync.Mutex
	m    map[string][]byte
	size int
}

func (m *memory) get(name string) ([]byte, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	data, ok := m.m[name]
	return data, ok
}

func (m *memory) put(name string, data []byte) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.m == nil || m.size+len(name)+len(data) > maxMemory {
		m.m, m.size = map[string][]byte{}, 0
	}
	m.size += len(name) + len(data) - len(m.m[name])
	m.m[name] = data
}

// flights are the requests under way: of many that want the same, one asks.
type flights struct {
	mu sync.Mutex
	m  map[string]chan struct{}
}

// take waits until nobody else asks for name, and reports whether the caller is to ask. False means that somebody
// else has asked meanwhile: what came of it is in the memory, if it came.
func (f *flights) take(ctx context.Context, name string) (bool, error) {
	f.mu.Lock()
	ch, busy := f.m[name]
	if !busy {
		if f.m == nil {
			f.m = map[string]chan struct{}{}
		}
		f.m[name] = make(chan struct{})
	}
	f.mu.Unlock()
	if !busy {
		return true, nil
	}
	select {
	case <-ch:
		return false, nil
	case <-ctx.Done():
		return false, context.Cause(ctx)
	}
}

// done ends what take began.
func (f *flights) done(name string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	close(f.m[name])
	delete(f.m, name)
}
