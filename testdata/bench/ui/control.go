//go:build unix

package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"time"
)

// controlArg makes this program the sleeper.
const controlArg = "-sleeper"

// control starts a sleeper. The function it returns ends it and gives how late it woke up each time.
func control() (lateness func() ([]time.Duration, error), err error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	cmd := exec.Command(self, controlArg)
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	return func() (late []time.Duration, err error) {
		in.Close()
		err = json.NewDecoder(out).Decode(&late)
		if e := cmd.Wait(); err == nil {
			err = e
		}
		return late, err
	}, nil
}

// sleeper sleeps for as long as a key waits, again and again, until its standard input ends. Then it prints how
// late it woke up.
func sleeper() {
	const nap = 10 * time.Millisecond
	over := make(chan struct{})
	go func() {
		defer close(over)
		io.Copy(io.Discard, os.Stdin)
	}()
	late := []time.Duration{}
	for {
		start := time.Now()
		time.Sleep(nap)
		late = append(late, time.Since(start)-nap)
		select {
		case <-over:
			if err := json.NewEncoder(os.Stdout).Encode(late); err != nil {
				fmt.Fprintln(os.Stderr, "sleeper:", err)
				os.Exit(1)
			}
			return
		default:
		}
	}
}
