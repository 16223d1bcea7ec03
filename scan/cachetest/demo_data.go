package cachetest

// demoModules is what the made-up machine has downloaded over the years: an invented company, its
// invented friends, and modules that every Go programmer has seen. Only the names are theirs; the
// contents are generated. A star marks a version of which the cache holds no more than go.mod. kb is
// the size of the sources of one version, about; needs names modules at the version of that time.
var demoModules = []struct {
	path     string
	kb       int
	versions string
	needs    string
}{
	{"github.com/spf13/cobra", 150, "v1.2.1 v1.4.0 v1.6.1 v1.7.0 v1.8.0 v1.8.1 v1.9.1", "github.com/spf13/pflag"},
	{"github.com/spf13/pflag", 90, "v1.0.3* v1.0.5 v1.0.6 v1.0.7", ""},
	{"github.com/spf13/viper", 120, "v1.10.0* v1.15.0 v1.18.2", "github.com/spf13/pflag github.com/fsnotify/fsnotify gopkg.in/yaml.v3"},
	{"github.com/fsnotify/fsnotify", 45, "v1.4.9* v1.5.1* v1.6.0 v1.7.0 v1.8.0", "golang.org/x/sys"},
	{"github.com/google/uuid", 16, "v1.1.2 v1.3.0 v1.3.1 v1.4.0 v1.6.0", ""},
	{"github.com/google/go-cmp", 70, "v0.5.4* v0.5.8* v0.5.9 v0.6.0 v0.7.0", ""},
	{"github.com/stretchr/testify", 110, "v1.3.0* v1.7.0 v1.8.1 v1.8.4 v1.9.0 v1.10.0", "github.com/davecgh/go-spew github.com/pmezard/go-difflib gopkg.in/yaml.v3"},
	{"github.com/davecgh/go-spew", 40, "v1.1.0* v1.1.1", ""},
	{"github.com/pmezard/go-difflib", 12, "v1.0.0", ""},
	{"github.com/pkg/errors", 10, "v0.8.1 v0.9.1", ""},
	{"github.com/sirupsen/logrus", 38, "v1.4.2 v1.7.0 v1.8.1 v1.9.3", "golang.org/x/sys"},
	{"github.com/gorilla/mux", 55, "v1.7.4 v1.8.0 v1.8.1", ""},
	{"github.com/go-chi/chi/v5", 60, "v5.0.7 v5.0.10 v5.0.12 v5.1.0 v5.2.1", ""},
	{"github.com/jackc/pgx/v5", 420, "v5.0.4 v5.2.0 v5.3.1 v5.4.3 v5.5.5 v5.6.0 v5.7.1 v5.7.5", "github.com/jackc/puddle/v2 golang.org/x/crypto golang.org/x/text"},
	{"github.com/jackc/puddle/v2", 25, "v2.1.2* v2.2.0 v2.2.1 v2.2.2", ""},
	{"github.com/prometheus/client_golang", 260, "v1.11.0 v1.14.0 v1.16.0 v1.19.1 v1.20.5", "github.com/prometheus/common google.golang.org/protobuf"},
	{"github.com/prometheus/common", 95, "v0.32.1* v0.42.0 v0.48.0 v0.61.0", ""},
	{"github.com/redis/go-redis/v9", 330, "v9.0.5 v9.2.1 v9.5.1 v9.7.0", ""},
	{"github.com/BurntSushi/toml", 85, "v0.3.1 v1.2.1 v1.3.2 v1.4.0", ""},
	{"github.com/Masterminds/semver/v3", 30, "v3.1.1 v3.2.0 v3.2.1 v3.3.0", ""},
	{"github.com/mattn/go-isatty", 8, "v0.0.12 v0.0.14 v0.0.17 v0.0.20", "golang.org/x/sys"},
	{"github.com/mattn/go-colorable", 14, "v0.1.9 v0.1.12 v0.1.13", "github.com/mattn/go-isatty"},
	{"github.com/fatih/color", 22, "v1.13.0 v1.15.0 v1.16.0", "github.com/mattn/go-colorable"},
	{"github.com/klauspost/compress", 520, "v1.15.9 v1.16.7 v1.17.9 v1.17.11", ""},
	{"github.com/golang/protobuf", 80, "v1.4.3* v1.5.0 v1.5.3", "google.golang.org/protobuf"},
	{"github.com/aws/smithy-go", 210, "v1.13.5 v1.19.0 v1.22.1", ""},
	{"github.com/urfave/cli/v2", 75, "v2.3.0 v2.25.7 v2.27.1", ""},
	{"github.com/charmbracelet/lipgloss", 48, "v0.7.1 v0.9.1 v0.10.0 v1.0.0", ""},
	{"github.com/charmbracelet/bubbletea", 66, "v0.24.2 v0.25.0 v0.27.1 v1.1.0 v1.2.4", "github.com/charmbracelet/lipgloss golang.org/x/sys"},
	{"github.com/tidwall/gjson", 52, "v1.14.4 v1.17.0 v1.18.0", ""},
	{"github.com/rs/zerolog", 92, "v1.29.0 v1.31.0 v1.33.0", "github.com/mattn/go-colorable"},
	{"github.com/hashicorp/go-multierror", 14, "v1.0.0 v1.1.1", ""},
	{"golang.org/x/crypto", 680, "v0.1.0 v0.9.0 v0.14.0 v0.17.0 v0.21.0 v0.31.0 v0.36.0", "golang.org/x/sys"},
	{"golang.org/x/mod", 140, "v0.8.0 v0.12.0 v0.17.0 v0.22.0", ""},
	{"golang.org/x/net", 560, "v0.1.0 v0.7.0* v0.10.0 v0.17.0 v0.21.0 v0.33.0 v0.38.0", "golang.org/x/text golang.org/x/sys"},
	{"golang.org/x/sync", 18, "v0.1.0 v0.3.0 v0.6.0 v0.7.0 v0.10.0 v0.12.0", ""},
	{"golang.org/x/sys", 610, "v0.1.0 v0.5.0* v0.8.0 v0.12.0 v0.15.0 v0.18.0 v0.28.0 v0.31.0", ""},
	{"golang.org/x/term", 12, "v0.8.0 v0.13.0 v0.18.0 v0.27.0", "golang.org/x/sys"},
	{"golang.org/x/text", 740, "v0.3.7* v0.9.0 v0.13.0 v0.14.0 v0.21.0 v0.23.0", ""},
	{"golang.org/x/tools", 880, "v0.6.0 v0.13.0 v0.19.0 v0.28.0 v0.31.0", "golang.org/x/mod golang.org/x/sync"},
	{"golang.org/x/exp", 190, "v0.0.0-20230321023759-10a507213a29 v0.0.0-20240719175910-8a7402abbf56", ""},
	{"golang.org/x/vuln", 130, "v1.0.1 v1.1.3", "golang.org/x/tools"},
	{"google.golang.org/grpc", 460, "v1.40.0* v1.53.0 v1.58.3 v1.62.1 v1.68.0", "golang.org/x/net google.golang.org/protobuf"},
	{"google.golang.org/protobuf", 380, "v1.25.0* v1.28.1 v1.31.0 v1.33.0 v1.36.5", ""},
	{"gopkg.in/yaml.v3", 78, "v3.0.0-20210107192922-496545a6307b* v3.0.1", ""},
	{"gopkg.in/ini.v1", 28, "v1.62.0 v1.67.0", ""},
	{"rsc.io/quote", 4, "v1.5.1 v1.5.2", "rsc.io/sampler"},
	{"rsc.io/sampler", 6, "v1.3.0 v1.99.99", ""},
	{"modernc.org/sqlite", 1900, "v1.29.5 v1.34.4", ""},
	{"honnef.co/go/tools", 310, "v0.4.6 v0.5.1", "golang.org/x/tools golang.org/x/mod"},
	{"example.com/textkit", 9, "v0.1.0 v0.2.0 v0.2.1 v0.3.0 v1.0.0", ""},
	{"example.com/ledgerfmt", 20, "v1.0.0 v1.1.0 v1.1.1", "example.com/textkit"},
	{"git.harbour.example/platform/auth", 44, "v0.9.0 v0.10.0 v1.0.0 v1.0.1 v1.1.0 v1.2.0", "golang.org/x/crypto"},
	{"git.harbour.example/platform/config", 17, "v1.0.0 v1.0.2 v1.3.0", "github.com/BurntSushi/toml"},
	{"git.harbour.example/platform/telemetry", 58, "v0.3.0 v0.4.0 v0.4.2 v0.5.0", "github.com/prometheus/client_golang"},
	{"git.harbour.example/shop/catalogue", 36, "v0.0.0-20250311094512-5f1c0d9e7a34 v0.0.0-20250902141108-b3e9f02c6d11", "github.com/google/uuid"},
	{"go.lantern.example/render", 155, "v2.0.0+incompatible v2.1.0+incompatible v2.1.1+incompatible", ""},
	{"go.lantern.example/palette", 11, "v0.1.0-RC1 v0.1.0", ""},
	{"pkg.meadow.example/queue/v3", 64, "v3.0.1 v3.1.0 v3.2.4", "github.com/google/uuid"},
	{"pkg.meadow.example/retry", 7, "v1.0.0 v1.0.1 v1.1.0", ""},
}

// demoProjects are the programs that somebody works on. Their requirements are direct ones; what
// these need is worked out as `go mod tidy` would.
var demoProjects = []struct {
	name, module, goLine, toolchain string
	needs                           string
}{
	{"shop", "git.harbour.example/shop/api", "1.24.0", "go1.25.5",
		"github.com/go-chi/chi/v5@v5.2.1 github.com/jackc/pgx/v5@v5.7.5 git.harbour.example/platform/auth@v1.2.0 " +
			"git.harbour.example/platform/telemetry@v0.5.0 github.com/google/uuid@v1.6.0 github.com/stretchr/testify@v1.10.0"},
	{"ledger", "example.com/ledger", "1.23", "",
		"example.com/ledgerfmt@v1.1.1 github.com/spf13/cobra@v1.8.1 modernc.org/sqlite@v1.34.4 golang.org/x/term@v0.27.0"},
	{"notes", "example.com/notes", "1.21", "",
		"github.com/charmbracelet/bubbletea@v1.2.4 github.com/BurntSushi/toml@v1.3.2 rsc.io/quote@v1.5.2"},
	{"wordcount", "example.com/wordcount", "1.21", "",
		"example.com/textkit@v1.0.0 pkg.meadow.example/retry@v1.1.0"},
	{"infra/deployer", "git.harbour.example/infra/deployer", "1.24.0", "go1.24.11",
		"google.golang.org/grpc@v1.62.1 github.com/sirupsen/logrus@v1.9.3 github.com/hashicorp/go-multierror@v1.1.1 " +
			"pkg.meadow.example/queue/v3@v3.2.4 git.harbour.example/platform/config@v1.3.0"},
	{"old/prototype", "example.com/prototype", "1.16", "",
		"github.com/gorilla/mux@v1.8.0 github.com/pkg/errors@v0.9.1 go.lantern.example/render@v2.1.1+incompatible"},
}

// demoStd are packages of the standard library that every build compiles, largest first.
var demoStd = []string{
	"runtime", "net/http", "crypto/tls", "net", "go/types", "encoding/json", "reflect", "math/big", "os",
	"crypto/x509", "text/template", "html/template", "fmt", "time", "regexp", "database/sql", "encoding/xml",
	"strconv", "encoding/gob", "testing", "compress/flate", "archive/zip", "bufio", "bytes", "strings", "sort",
	"log/slog", "io/fs", "io", "context", "sync", "path/filepath", "unicode", "unicode/utf8", "errors",
	"math/bits", "sync/atomic", "internal/abi", "internal/cpu", "internal/goarch", "unsafe",
}
