// Command head prints the signed tree head that came with the record of a module version, as GOPROXY has kept it.
package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"strings"

	"golang.org/x/mod/module"

	"godoctor/doctor/fetch"
	"godoctor/doctor/sumdb"
	"godoctor/scan/goenv"
)

func main() {
	if err := run(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, "head:", err)
		os.Exit(1)
	}
}

func run(word string) error {
	path, version, _ := strings.Cut(word, "@")
	escaped, err := module.EscapePath(path)
	if err != nil {
		return err
	}
	env := goenv.Load(goenv.Input{Environ: os.Environ()})
	client := fetch.New(fetch.SettingsOf(env, os.Environ()), fetch.Options{})
	defer client.Close()
	db, err := client.SumDB(sumdb.SettingsOf(env).Name(), "")
	if err != nil {
		return err
	}
	data, err := db.Get(context.Background(), "/lookup/"+escaped+"@"+version, 1<<16, false)
	if err != nil {
		return err
	}
	_, note, ok := bytes.Cut(data, []byte("\n\n"))
	if !ok {
		return fmt.Errorf("no record: %q", data)
	}
	os.Stdout.Write(note)
	return nil
}
