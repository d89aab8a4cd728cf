package insight

import (
	"cmp"
	"math"
	"slices"
	"sort"
	"strings"
	"time"

	"balie/domain/queue"
	"balie/ground/ident"
	"balie/ground/sqldb"
)

// Fairness shows that nobody waits longer for who they are (need N9).
type Fairness struct {
	Answered int
	// Overtakes per 1,000 contacts. Numerator: how often somebody was answered while another, who came first for the same
	// department and needed the same, still waited. Denominator: contacts that were answered, in thousands. Left out: who left,
	// and as passed by who chose to wait on for one agent. The waits of those are in no group either: they waited longer
	// because they wanted to.
	Overtakes float64
	All       Group
	Groups    []Group
}

// Group is a part of the contacts, with how long it waited.
type Group struct {
	By    string // "all", "channel", "department", "known", "complaining", "skill", "tag": what the question was about
	Name  string
	Count int
	P50   time.Duration
	P90   time.Duration
	Alarm bool // its p90 is over AlarmRatio times that of all
}

// AlarmRatio is how much longer a group may wait than all before somebody must look, and AlarmLeast is the smallest group
// that says something.
const (
	AlarmRatio = 1.5
	AlarmLeast = 20
)

// HowFair measures a period.
func HowFair(tx *sqldb.Tx, org ident.Org, from, to time.Time) (Fairness, error) {
	all, err := ended(tx, org, from, to)
	if err != nil {
		return Fairness{}, err
	}
	return fairness(all), nil
}

func fairness(all []past) Fairness {
	groups := make(map[[2]string][]time.Duration)
	add := func(by, name string, p past) {
		key := [2]string{by, name}
		groups[key] = append(groups[key], p.real())
	}
	var f Fairness
	skills := slices.ContainsFunc(all, func(p past) bool { return p.needs != "" })
	for _, p := range all {
		if p.state != queue.Served {
			continue
		}
		f.Answered++
		if p.stayed {
			continue
		}
		add("all", "", p)
		add("channel", p.channel, p)
		add("department", ident.Text(p.department), p)
		add("known", yes(p.known), p)
		add("complaining", yes(p.complains), p)
		for tag := range strings.SplitSeq(p.tags, "\n") {
			if tag != "" {
				add("tag", tag, p)
			}
		}
		if skills {
			add("skill", yes(p.needs != ""), p)
		}
	}
	if f.Answered == 0 {
		return f
	}
	f.Overtakes = 1000 * float64(overtakes(all)) / float64(f.Answered)
	f.All = group("all", "", groups[[2]string{"all", ""}])
	fewTags(groups)
	for key, waits := range groups {
		if key[0] == "all" {
			continue
		}
		g := group(key[0], key[1], waits)
		g.Alarm = g.Count >= AlarmLeast && float64(g.P90) > AlarmRatio*float64(f.All.P90)
		f.Groups = append(f.Groups, g)
	}
	sort.Slice(f.Groups, func(i, j int) bool {
		a, b := f.Groups[i], f.Groups[j]
		return a.By < b.By || (a.By == b.By && a.Name < b.Name)
	})
	return f
}

// mostTags is how many tags a report shows: those that most questions have.
const mostTags = 10

// fewTags keeps the groups of the tags that most have, so that a desk with hundreds of tags can read its report.
func fewTags(groups map[[2]string][]time.Duration) {
	var tags [][2]string
	for key := range groups {
		if key[0] == "tag" {
			tags = append(tags, key)
		}
	}
	slices.SortFunc(tags, func(a, b [2]string) int {
		return cmp.Or(len(groups[b])-len(groups[a]), strings.Compare(a[1], b[1]))
	})
	for _, key := range tags[min(len(tags), mostTags):] {
		delete(groups, key)
	}
}

func yes(is bool) string {
	if is {
		return "yes"
	}
	return "no"
}

func group(by, name string, waits []time.Duration) Group {
	slices.Sort(waits)
	return Group{By: by, Name: name, Count: len(waits), P50: quantile(waits, 0.5), P90: quantile(waits, 0.9)}
}

// quantile is the smallest wait that a share of all stay within.
func quantile(sorted []time.Duration, share float64) time.Duration {
	if len(sorted) == 0 {
		return 0
	}
	return sorted[max(int(math.Ceil(share*float64(len(sorted))))-1, 0)]
}

// line is those among whom one order holds.
type line struct {
	department ident.Department
	needs      string
}

// overtakes counts, over all answered contacts, who came first for the same department, needed the same and still waited.
func overtakes(all []past) int {
	lines := make(map[line][]past)
	for _, p := range all {
		l := line{p.department, p.needs}
		lines[l] = append(lines[l], p)
	}
	n := 0
	for _, some := range lines {
		n += overtakesIn(some)
	}
	return n
}

// overtakesIn goes through the moments of joining and ending in their order and keeps count of who waits by their place.
func overtakesIn(all []past) int {
	place := places(all)
	type moment struct {
		at    time.Time
		ended bool
		who   int
	}
	moments := make([]moment, 0, 2*len(all))
	for i, p := range all {
		moments = append(moments, moment{p.joined, false, i}, moment{p.ended, true, i})
	}
	sort.SliceStable(moments, func(i, j int) bool {
		a, b := moments[i], moments[j]
		return a.at.Before(b.at) || (a.at.Equal(b.at) && !a.ended && b.ended)
	})
	waiting, n := newTally(len(all)), 0
	for _, m := range moments {
		by := 1
		if all[m.who].stayed {
			by = 0 // lets others go first
		}
		if !m.ended {
			waiting.add(place[m.who], by)
			continue
		}
		waiting.add(place[m.who], -by)
		if all[m.who].state == queue.Served {
			n += waiting.below(place[m.who])
		}
	}
	return n
}

// places numbers the waits by the moment that they count from; those with the same moment share a number.
func places(all []past) []int {
	order := make([]int, len(all))
	for i := range order {
		order[i] = i
	}
	sort.Slice(order, func(i, j int) bool { return all[order[i]].rank.Before(all[order[j]].rank) })
	place := make([]int, len(all))
	for n, i := range order {
		place[i] = n
		if n > 0 && all[order[n-1]].rank.Equal(all[i].rank) {
			place[i] = place[order[n-1]]
		}
	}
	return place
}

// tally counts by place and sums below a place in logarithmic time (Fenwick, 1994).
type tally []int

func newTally(n int) tally { return make(tally, n+1) }

func (t tally) add(place, by int) {
	for i := place + 1; i < len(t); i += i & -i {
		t[i] += by
	}
}

func (t tally) below(place int) int {
	sum := 0
	for i := place; i > 0; i -= i & -i {
		sum += t[i]
	}
	return sum
}

func span(seconds float64) time.Duration { return time.Duration(seconds * float64(time.Second)) }

func root(x float64) float64 { return math.Sqrt(x) }
