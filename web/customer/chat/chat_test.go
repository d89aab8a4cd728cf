package chat

import (
	"io"
	"net"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"balie/domain/queue"
)

// line is a connection that remembers its deadline.
type line struct {
	net.Conn
	until time.Time
}

func (l *line) SetWriteDeadline(t time.Time) error { l.until = t; return l.Conn.SetWriteDeadline(t) }

// pair is a connection of two ends.
func pair(t *testing.T) (here, there net.Conn) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	if there, err = net.Dial("tcp", l.Addr().String()); err != nil {
		t.Fatal(err)
	}
	if here, err = l.Accept(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { here.Close(); there.Close() })
	return here, there
}

func TestAStreamOutlivesTheDeadlineOfAWrite(t *testing.T) {
	here, there := pair(t)
	l := &line{Conn: here}
	if err := (&stream{conn: l}).write([]byte("een")); err != nil || !l.until.IsZero() {
		t.Errorf("%v: after a write every later one must be done before %v", err, l.until)
	}
	if n, err := (&stream{conn: here}).try([]byte("twee")); err != nil || n != 4 {
		t.Errorf("%d bytes, %v", n, err)
	}
	got := make([]byte, 7)
	if _, err := io.ReadFull(there, got); err != nil || string(got) != "eentwee" {
		t.Errorf("%q, %v", got, err)
	}
}

// A visitor who is there must be able to say so before the desk takes them for gone, also after a restart that took long.
func TestTheWidgetComesBackBeforeItsVisitorCountsAsGone(t *testing.T) {
	source, err := os.ReadFile("../widget/desk.ts")
	if err != nil {
		t.Fatal(err)
	}
	longest := regexp.MustCompile(`backoff = .*Math\.min\(([\d_]+),`).FindSubmatch(source)
	if longest == nil {
		t.Fatal("the widget does not say how long it waits at most")
	}
	ms, err := strconv.Atoi(strings.ReplaceAll(string(longest[1]), "_", ""))
	if wait := time.Duration(ms) * time.Millisecond; err != nil || 2*wait > grace {
		t.Errorf("it waits %v, and after %v its visitor is gone: %v", wait, grace, err)
	}
}

func TestAReaderWhoDoesNotReadKeepsNobody(t *testing.T) {
	here, _ := pair(t)
	s, large := &stream{conn: here}, make([]byte, 64<<20)
	for range 10 { // as much as the socket takes, and never more
		n, err := s.try(large)
		if err != nil {
			t.Fatal(err)
		}
		if n == 0 {
			return
		}
	}
	t.Error("a socket takes everything")
}

func TestBeforeSomebodyOfADepartmentComeThoseOfItAndOfNone(t *testing.T) {
	line := []queue.Wait{{Department: 1}, {Department: 2}, {}, {Department: 1}, {}, {Department: 2}}
	if got := positions(line); !slices.Equal(got, []int{1, 1, 3, 3, 5, 4}) {
		t.Errorf("%v", got)
	}
}

func TestAWaitThatGrowsIsToldWithAnApologyAndJitterIsNot(t *testing.T) {
	told := standing{state: "waiting"}.with(queue.Told{Position: 3, Bound: 4 * time.Minute}, standing{})
	for _, c := range []struct {
		minutes int
		news    bool
		sorry   bool
	}{{4, false, false}, {5, false, false}, {6, true, true}, {3, true, false}} {
		now := told.with(queue.Told{Position: 3, Bound: time.Duration(c.minutes) * time.Minute}, told)
		if news, sorry := !now.same(told), now.minutes >= now.least+jitter; news != c.news || news && sorry != c.sorry {
			t.Errorf("%d minutes: news %v, sorry %v", c.minutes, news, sorry)
		}
	}
	if on := told.with(queue.Told{Position: 2}, told); on.same(told) || on.minutes != 0 {
		t.Error("a time that is no longer fit to say is still told")
	}
}
