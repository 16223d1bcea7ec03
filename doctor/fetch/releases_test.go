package fetch

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"
)

const toolchainList = "v0.0.1-go1.26.11.linux-amd64\nv0.0.1-go1.27.4.linux-amd64\nv0.0.1-go1.27.4.darwin-arm64\n" +
	"v0.0.1-go1.900.0.linux-amd64\nv0.0.1-go1.900.0.darwin-arm64\nv0.0.1-go1.900.1.linux-amd64\nv0.0.1-go1.901rc1.linux-amd64\n"

// toolchains serves a list and the .info of some of its versions.
func toolchains(list string, infos map[string]string, asked *[]string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		name := strings.TrimPrefix(r.URL.Path, "/golang.org/toolchain/@v/")
		*asked = append(*asked, name)
		switch info, ok := infos[strings.TrimSuffix(name, ".info")]; {
		case name == "list":
			io.WriteString(w, list)
		case ok:
			io.WriteString(w, info)
		default:
			w.WriteHeader(http.StatusNotFound)
		}
	}
}

func TestReleases(t *testing.T) {
	var asked []string
	first := "v0.0.1-go1.900.0.darwin-arm64" // by semver
	url := serve(t, toolchains(toolchainList, map[string]string{first: `{"Version":"` + first + `","Time":"2027-02-09T17:00:00Z"}`}, &asked))
	before := time.Now().Add(-time.Second)
	list, err := Releases(t.Context(), client(t, url))
	if err != nil {
		t.Fatal(err)
	}
	if strings.Join(asked, " ") != "list "+first+".info" {
		t.Errorf("asked for %q", asked)
	}
	if list.Newest() != "go1.900.1" || list.From != url || list.AsOf.Before(before) || len(list.Releases) != 5 {
		t.Errorf("got %+v", list)
	}
	for _, r := range list.Releases {
		if dated := r.Version == "go1.900.0"; dated == r.Date.IsZero() || dated && (r.Date.Year() != 2027 || r.Platforms != 2) {
			t.Errorf("%+v", r)
		}
	}
}

// Without a date the list is as good; without a list there is nothing.
func TestReleasesMissing(t *testing.T) {
	var asked []string
	list, err := Releases(t.Context(), client(t, serve(t, toolchains(toolchainList, nil, &asked))))
	if err != nil || list.Newest() != "go1.900.1" {
		t.Errorf("%+v, %v", list, err)
	}
	for answer, kind := range map[string]error{"": ErrAnswer, "v1.0.0\n": ErrAnswer, "<html>": ErrAnswer} {
		_, err := Releases(t.Context(), client(t, serve(t, toolchains(answer, nil, &asked))))
		wantKind(t, err, kind)
	}
	_, err = Releases(t.Context(), client(t, serve(t, say(404, ""))))
	wantKind(t, err, ErrNotFound)
	_, err = Releases(t.Context(), client(t, "off"))
	wantKind(t, err, ErrOffline)
	_, err = Releases(t.Context(), client(t, serve(t, forbidden(t)), "GOPRIVATE=golang.org"))
	wantKind(t, err, ErrPrivate)
}

// A list of nothing but new major releases costs few questions, and who stops gets no half list.
func TestReleasesBounded(t *testing.T) {
	var many strings.Builder
	for _, n := range "123456789" {
		many.WriteString("v0.0.1-go1.90" + string(n) + ".0.linux-amd64\n")
	}
	var asked []string
	if _, err := Releases(t.Context(), client(t, serve(t, toolchains(many.String(), nil, &asked)))); err != nil || len(asked) != 1+maxDated {
		t.Errorf("%v after %q", err, asked)
	}
	if asked[1] != "v0.0.1-go1.909.0.linux-amd64.info" {
		t.Errorf("asked for %q", asked)
	}
	ctx, cancel := context.WithCancel(t.Context())
	list, err := Releases(ctx, client(t, serve(t, func(w http.ResponseWriter, r *http.Request) {
		if !strings.HasSuffix(r.URL.Path, "/list") {
			cancel()
			<-r.Context().Done()
			return
		}
		io.WriteString(w, toolchainList)
	})))
	if !errors.Is(err, context.Canceled) || len(list.Releases) != 0 {
		t.Errorf("%+v, %v", list, err)
	}
}
