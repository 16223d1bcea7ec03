package process

import (
	"strings"
	"testing"
)

func TestParseCommand(t *testing.T) {
	for _, c := range []struct {
		args, goflags  string
		need           need
		chdir, modfile string
	}{
		{"go", "", needNone, "", ""},
		{"go build ./...", "", needListed, "", ""},
		{"go test -run X ./...", "-count=1", needListed, "", ""},
		{"go list -m all", "", needListed, "", ""},
		{"go env GOMODCACHE", "-mod=mod", needNone, "", ""},
		{"go version x@v1.0.0", "", needNone, "", ""},
		{"go mod", "", needNone, "", ""},
		{"go mod edit -require=a@v1", "", needNone, "", ""},
		{"go mod download", "", needSums, "", ""},
		{"go mod download a@v1.0.0", "", needAll, "", ""},
		{"go mod tidy", "", needAll, "", ""},
		{"go mod init x", "", needAll, "", ""},
		{"go work sync", "", needAll, "", ""},
		{"go work use .", "", needAll, "", ""},
		{"go get ./...", "", needAll, "", ""},
		{"go install example.com/a@latest", "", needAll, "", ""},
		{"go run example.com/a@v1.0.0 x", "", needAll, "", ""},
		{"go install ./...", "", needListed, "", ""},
		{"go frobnicate", "", needAll, "", ""},
		{"go build -mod=mod .", "", needAll, "", ""},
		{"go build --mod mod .", "", needAll, "", ""},
		{"go build -mod=vendor .", "", needListed, "", ""},
		{"go build .", "-trimpath -mod=mod", needAll, "", ""},
		{"go build .", "'-x", needAll, "", ""},
		{"go -C sub build .", "", needListed, "sub", ""},
		{"go build -C=/abs -modfile=alt.mod .", "", needListed, "/abs", "alt.mod"},
		{"go mod download -C sub", "", needSums, "sub", ""},
		{"go build -modfile alt.mod", "", needListed, "", "alt.mod"},
		{"go build", "-modfile=/x/alt.mod", needListed, "", "/x/alt.mod"},
		{"go clean -cache", "", needListed, "", ""},
		{"go clean -modcache", "", needAll, "", ""},
	} {
		got := parseCommand(strings.Fields(c.args), c.goflags)
		if got.need != c.need || got.chdir != c.chdir || got.modfile != c.modfile {
			t.Errorf("%q with %q: %+v, want %+v", c.args, c.goflags, got, c)
		}
		if (got.why != "") != (got.need == needAll) {
			t.Errorf("%q: the reason is %q", c.args, got.why)
		}
	}
	parseCommand(nil, "")
}
