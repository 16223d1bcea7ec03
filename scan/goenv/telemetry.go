package goenv

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"
)

// resolveTelemetry resolves GOTELEMETRY and GOTELEMETRYDIR (x/telemetry, Dir.Mode): the first word of the
// file mode, "local" where it cannot be read, "off" where there is no place for it.
func (r *resolver) resolveTelemetry() {
	config, err := r.env.userConfigDir(r.goos)
	if err != nil {
		r.computed("GOTELEMETRY", "off", "")
		r.computed("GOTELEMETRYDIR", "", "")
		return
	}
	dir := filepath.Join(config, "go", "telemetry")
	r.computed("GOTELEMETRYDIR", dir, "")
	file := filepath.Join(dir, "mode")
	data, err := readSmall(absolute(r.goos, r.dir, file))
	if err != nil {
		r.computed("GOTELEMETRY", "local", "")
		if !errors.Is(err, fs.ErrNotExist) {
			r.problem(Problem{Key: "GOTELEMETRY", File: file, Message: fmt.Sprintf("%q cannot be read (%v), go takes it for \"local\": remove it, or run go telemetry", file, cause(err))})
		}
		return
	}
	mode, _, _ := strings.Cut(strings.TrimSpace(string(data)), " ")
	r.computed("GOTELEMETRY", mode, file)
}
