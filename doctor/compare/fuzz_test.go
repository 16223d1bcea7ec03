package compare

import (
	"testing"

	"godoctor/doctor/snapshot"
)

// FuzzOf compares what two texts say that may come from anywhere: a text differs from itself in nothing, and each difference is
// one that is there from both sides, has words, and says what to do in one line.
func FuzzOf(f *testing.F) {
	env := "GOHOSTOS=linux\nGOFLAGS='-mod=mod'\nGOVERSION='go1.26.8'\n"
	program := "/bin/x: go1.26.8\n\tpath\texample.com/x\n\tmod\texample.com/x\tv1.0.0\th1:AAAA=\n\tdep\texample.com/a\tv1.0.0\th1:BBBB=\n\t=>\t./a\t(devel)\t\n\tbuild\t-ldflags=\"-X a=b\"\n\tbuild\tCGO_ENABLED=0\n"
	f.Add([]byte(env), []byte(env+"CGO_ENABLED='1'\n"))
	f.Add([]byte(program), []byte(program+"\tbuild\tvcs.modified=true\n"))
	f.Add([]byte(`{"GOFLAGS":"-mod=vendor"}`), []byte(program))
	f.Add([]byte(`{"schema":"godoctor/v1","snapshot":{"project":{}}}`), []byte(env))
	f.Fuzz(func(t *testing.T, one, other []byte) {
		a, err := snapshot.Read("a", one)
		if err != nil {
			return
		}
		if same := Of(a, a); len(same.Differences) > 0 {
			t.Fatalf("%+v differs from itself: %+v", a, same.Differences)
		}
		b, err := snapshot.Read("b", other)
		if err != nil {
			return
		}
		x, y := Of(a, b), Of(b, a)
		if len(x.Differences) != len(y.Differences) || x.Matters() > len(x.Differences) {
			t.Fatalf("%d differences, and %d from the other side", len(x.Differences), len(y.Differences))
		}
		for i := range x.Differences {
			if d := &x.Differences[i]; d.Title() == "" || d.Effect.Word() == "" {
				t.Fatalf("%+v has no words", d)
			}
			x.Differences[i].Do()
		}
	})
}
