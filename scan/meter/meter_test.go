package meter

import (
	"sync"
	"testing"
)

func TestMeter(t *testing.T) {
	var silent *Meter
	silent.Add(1, 2)
	silent.Done(1)
	silent.Expect(1)
	silent.Working("x")
	if silent.Sample() != (Sample{}) {
		t.Error("a nil meter speaks")
	}
	m := new(Meter)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 1000 {
				m.Add(1, 2)
				m.Done(1)
			}
		})
	}
	wg.Wait()
	m.Expect(9)
	m.Working("x")
	if got := m.Sample(); got != (Sample{8000, 16000, 8000, 9, "x"}) {
		t.Errorf("got %+v", got)
	}
}
