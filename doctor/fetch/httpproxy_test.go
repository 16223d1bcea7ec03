package fetch

import (
	"bufio"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// proxied are addresses that may be reached through a proxy or not.
var proxied = []string{
	"http://proxy.example/", "https://proxy.example/", "https://proxy.example:8443/", "https://sub.proxy.example/", "https://other.example/",
	"https://127.0.0.1/", "https://localhost/", "http://[::1]:80/", "https://10.1.2.3/", "https://192.0.2.7:443/", "https://[2001:db8::7]/",
	"https://PROXY.example/", "https://xproxy.example/", "file:///x",
}

// environments are what proxies are chosen by.
var environments = [][]string{
	{}, {"HTTPS_PROXY=http://p.example:3128"}, {"https_proxy=p.example:3128", "http_proxy=q.example"}, {"HTTPS_PROXY=a.example", "https_proxy=b.example"},
	{"HTTPS_PROXY=socks5://user:pw@p.example:1080", "HTTP_PROXY=https://p.example"}, {"HTTPS_PROXY=p.example", "NO_PROXY=*"},
	{"HTTPS_PROXY=p.example", "NO_PROXY=proxy.example"}, {"HTTPS_PROXY=p.example", "NO_PROXY=.proxy.example, other.example"},
	{"HTTPS_PROXY=p.example", "NO_PROXY=*.proxy.example,10.0.0.0/8"}, {"HTTPS_PROXY=p.example", "no_proxy=proxy.example:443,192.0.2.7"},
	{"HTTPS_PROXY=p.example", "NO_PROXY=proxy.example:8443,192.0.2.7:443,[2001:db8::7]:443"}, {"HTTPS_PROXY=p.example", "NO_PROXY=2001:db8::/32,,:80,*proxy.example"},
	{"HTTPS_PROXY=p.example", "NO_PROXY=other.example,*,x"}, {"HTTPS_PROXY=://", "HTTP_PROXY=%zz"}, {"HTTPS_PROXY=p.example", "NO_PROXY=2001:db8::7"},
	{"HTTP_PROXY=http://", "HTTPS_PROXY=/path"},
}

// TestMain answers, in a process of its own, what net/http makes of its environment: it reads it once.
func TestMain(m *testing.M) {
	if os.Getenv("FETCH_TEST_ORACLE") == "" {
		os.Exit(m.Run())
	}
	for _, s := range proxied {
		u, err := http.ProxyFromEnvironment(&http.Request{URL: parsed(s)})
		fmt.Println(u, err)
	}
}

func parsed(s string) *url.URL {
	u, err := url.Parse(s)
	if err != nil {
		panic(err)
	}
	return u
}

func TestProxiesLikeNetHTTP(t *testing.T) {
	for _, environ := range environments {
		cmd := exec.Command(os.Args[0])
		cmd.Env = append([]string{"FETCH_TEST_ORACLE=1", "GORACE=atexit_sleep_ms=0", "SYSTEMROOT=" + os.Getenv("SYSTEMROOT"), "GOCOVERDIR=" + t.TempDir()}, environ...)
		out, err := cmd.Output()
		if err != nil {
			t.Fatal(err)
		}
		via := httpProxies(variables(environ))
		lines := bufio.NewScanner(strings.NewReader(string(out)))
		for _, s := range proxied {
			lines.Scan()
			u, err := via(parsed(s))
			if got := strings.TrimSuffix(fmt.Sprintln(u, err), "\n"); got != lines.Text() {
				t.Errorf("%q: %s goes through %s; net/http says %s", environ, s, got, lines.Text())
			}
		}
	}
}

// What goes through a proxy reaches it with its password, which no error tells; what is said there of the target is
// what counts.
func TestThroughProxy(t *testing.T) {
	var asked, auth string
	status := 200
	proxy := serve(t, func(w http.ResponseWriter, r *http.Request) {
		asked, auth = r.RequestURI, r.Header.Get("Proxy-Authorization")
		w.WriteHeader(status)
		io.WriteString(w, exampleInfo)
	})
	variable := "HTTP_PROXY=" + strings.Replace(proxy, "//", "//user:hush@", 1)
	c := client(t, "http://proxy.invalid/mod", variable)
	if _, err := c.Info(t.Context(), example); err != nil {
		t.Error(err)
	}
	if asked != "http://proxy.invalid/mod/example.invalid/%21mod/@v/v1.0.0.info" || auth != basic("user", "hush") {
		t.Errorf("the proxy was asked for %q with %q", asked, auth)
	}
	status = 407
	_, err := c.Info(t.Context(), example)
	wantKind(t, err, ErrRefused, "hush")
	_, err = client(t, "https://proxy.invalid/mod", "HTTPS_PROXY="+strings.Replace(proxy, "//", "//user:hush@", 1)).Info(t.Context(), example)
	wantKind(t, err, ErrNetwork, "hush")
	_, err = client(t, "https://proxy.invalid/mod", "HTTPS_PROXY=gopher://user:hush@127.0.0.1:1").Info(t.Context(), example)
	wantKind(t, err, ErrSettings, "hush")
	// Behind a proxy names mean what they mean there; what is private by its look is refused.
	for _, location := range []string{"http://10.0.0.1/", "http://[fd00::1]/x", "http://localhost:8080/", "http://169.254.169.254/"} {
		w := newWitness(t, false, to(http.StatusFound, func(string) string { return location }))
		_, err := client(t, "http://proxy.invalid/mod", "HTTP_PROXY="+w.URL).Info(t.Context(), example)
		if wantKind(t, err, ErrRedirect); len(w.seen()) != 1 {
			t.Errorf("%s was asked for", location)
		}
	}
}
