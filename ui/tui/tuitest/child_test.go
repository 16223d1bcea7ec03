//go:build unix

package tuitest

import (
	"bufio"
	"bytes"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/term"
)

// TestMain makes the test binary the programs that the tests drive, too.
func TestMain(m *testing.M) {
	if child, ok := children[os.Getenv("TUITEST_CHILD")]; ok {
		child()
		os.Exit(0)
	}
	os.Exit(m.Run())
}

var children = map[string]func(){
	"colours":  colours,
	"keys":     keys,
	"leftraw":  func() { term.MakeRaw(0) },
	"sizes":    sizes,
	"screens":  screens,
	"queries":  queries,
	"flood":    flood,
	"burn":     burn,
	"lines":    lines,
	"piped":    piped,
	"clusters": clusters,
	"exit":     func() { fmt.Println("leaving"); os.Exit(7) },
	"stay":     func() { fmt.Println("here to stay"); time.Sleep(time.Minute) },
	"restless": func() {
		for {
			fmt.Print(".")
			time.Sleep(5 * time.Millisecond)
		}
	},
}

// clusters writes some that lie across the 4096 bytes that the kernel hands over at a time.
func clusters() {
	line := strings.Repeat("👩‍🚀", 20) + "\r\n"
	fmt.Print(strings.Repeat("x", 4094) + "👩‍🚀\r\n" + strings.Repeat(line, 15) + "done")
	time.Sleep(time.Minute)
}

func colours() {
	fmt.Print("\x1b[31mr\x1b[92mg\x1b[38;5;200mx\x1b[38;2;1;2;3mt\x1b[0m",
		"\x1b[44mB\x1b[48;5;17mC\x1b[48;2;9;8;7mD\x1b[0m",
		"\x1b[1mb\x1b[22m\x1b[2mf\x1b[22m\x1b[3mi\x1b[23m\x1b[4mu\x1b[24m\x1b[7mv\x1b[27m\x1b[9ms\x1b[0m\r\n",
		"a世界b é\r\n", "\x1b[4;78Hend")
}

// raw runs f with the line in raw mode and makes it as it was.
func raw(f func()) {
	old, err := term.MakeRaw(0)
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	f()
	term.Restore(0, old)
}

// keys shows each read, until a q.
func keys() {
	raw(func() {
		fmt.Print("\x1b[?2004hready\r\n")
		buf := make([]byte, 100)
		for {
			n, err := os.Stdin.Read(buf)
			if err != nil || buf[0] == 'q' {
				return
			}
			if string(buf[:n]) == "a" {
				fmt.Print("\x1b[?1h")
			}
			fmt.Printf("<%q>\r\n", buf[:n])
		}
	})
}

// sizes says how big the terminal is, now and whenever that changes.
func sizes() {
	ch := make(chan os.Signal, 1)
	signal.Notify(ch, syscall.SIGWINCH)
	for {
		w, h, _ := term.GetSize(0)
		fmt.Printf("\x1b[2J\x1b[Hsize %dx%d\x1b[%d;1Hbottom", w, h, h)
		<-ch
	}
}

// screens goes to the alternate screen and back.
func screens() {
	raw(func() {
		one := make([]byte, 1)
		fmt.Print("before\r\n")
		fmt.Print("\x1b]2;one; two\x07\x1b[?1049h\x1b[?25l\x1b[3;5Hinside")
		os.Stdin.Read(one)
		fmt.Print("\x1b[?25h\x1b[?1049lafter")
		os.Stdin.Read(one)
	})
}

// queries asks the terminal things and shows the answers.
func queries() {
	raw(func() {
		for _, q := range []string{"\x1b[c", "\x1b[2;3H\x1b[6n", "\x1b[?25$p", "\x1b]11;?\x07"} {
			os.Stdout.WriteString(q)
			buf := make([]byte, 100)
			n, _ := os.Stdin.Read(buf)
			fmt.Printf("\x1b[5;1H%q ", buf[:n])
			fmt.Print("\x1b[10;1H")
			os.Stdin.Read(buf)
		}
	})
}

// flood asks much and listens to nothing.
func flood() {
	raw(func() {
		os.Stdout.Write(bytes.Repeat([]byte("\x1b[6n"), 5000))
		fmt.Print("asked")
		time.Sleep(time.Minute)
	})
}

// burn keeps the processor busy, however long it takes to get hold of it.
func burn() {
	var ru syscall.Rusage
	for ru.Utime.Nano()+ru.Stime.Nano() < int64(150*time.Millisecond) {
		if err := syscall.Getrusage(syscall.RUSAGE_SELF, &ru); err != nil {
			os.Exit(1)
		}
	}
	fmt.Println("burnt")
	bufio.NewReader(os.Stdin).ReadString('\n')
}

// lines answers lines until one says bye.
func lines() {
	fmt.Println("talk to me")
	for in := bufio.NewScanner(os.Stdin); in.Scan(); {
		fmt.Printf("heard %s\n", in.Text())
		if in.Text() == "bye" {
			os.Exit(5)
		}
	}
}

// piped says on the controlling terminal which of its streams are terminals, and writes to the others.
func piped() {
	tty, err := os.OpenFile("/dev/tty", os.O_WRONLY, 0)
	if err != nil {
		os.Exit(1)
	}
	fmt.Fprintf(tty, "terminals %v %v %v", term.IsTerminal(0), term.IsTerminal(1), term.IsTerminal(2))
	fmt.Print("to stdout")
	fmt.Fprint(os.Stderr, "to stderr")
}
