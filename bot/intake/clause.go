package intake

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// piece is a clause of a folded text with the marks that end it. The pieces
// of a text together are the text.
type piece struct {
	from, to int
	ends     bool // its sentence ends here
}

// clauses divides a folded text at its marks and at some more places.
func clauses(text string, cuts []int) []piece {
	var pieces []piece
	from := 0
	for i, r := range text {
		if slices.Contains(cuts, i) && i > from && strings.Trim(text[from:i], punctuation) != "" {
			pieces = append(pieces, piece{from, i, false})
			from = i
		}
		if !strings.ContainsRune(".,;!?\n", r) || !isStop(text, i) {
			continue
		}
		end := i + 1
		if strings.Trim(text[from:end], punctuation) == "" { // "..." and blank lines belong to what was before
			if n := len(pieces); n > 0 {
				pieces[n-1].to = end
				pieces[n-1].ends = pieces[n-1].ends || r != ','
				from = end
			}
			continue
		}
		pieces = append(pieces, piece{from, end, r != ','})
		from = end
	}
	if from < len(text) {
		pieces = append(pieces, piece{from, len(text), true})
	}
	return pieces
}

// isStop reports whether a mark ends a clause and is not part of a number, a
// link or a version.
func isStop(text string, at int) bool {
	if text[at] == '\n' || at+1 == len(text) {
		return true
	}
	before, _ := utf8.DecodeLastRuneInString(text[:at])
	after, _ := utf8.DecodeRuneInString(text[at+1:])
	return strings.ContainsRune(" \t\n.,;!?", after) || isJapanese(after) || isJapanese(before)
}

// isDivided reports whether the answer to a field is a clause, of which the
// rest of a text is no part.
func isDivided(f Field) bool {
	return f != Instance && f.row().kind == Choice || f == Since || f == Deadline || f == Call
}

// isWide reports whether to a field belongs what no other field takes: a
// workaround is described, a moment is told with how it goes on, and a yes
// may have a condition.
func isWide(f Field) bool {
	return f == Workaround || f == Since || f == Deadline || f == Call || f == Access || f == Session
}

const ownerMax = 40 // clauses that are looked at for the answer to the open question

// dividing is a text on its way to the fields.
type dividing struct {
	t      *taking
	open   Field
	f      folded
	pieces []piece
	claims []claim
	raws   []string // of each piece
	holder []Field  // of each piece; Details of what is left
}

// divide gives each clause of a text to the field that it answers, the open
// one first, and the rest to the details. It does nothing with a text that
// is the answer to the open question and no more, or does not answer it.
func (t *taking) divide(open Field, text string) bool {
	if !isDivided(open) || strings.Contains(text, fenceMark) {
		return false
	}
	d := &dividing{t: t, open: open, f: fold(text), claims: t.claims(fold(opening(text)))}
	inOrder(d.claims)
	isForeign := func(c claim) bool { return c.field != open }
	foreign := slices.ContainsFunc(d.claims, isForeign)
	var cuts []int
	for _, c := range d.claims {
		if isForeign(c) && (c.field == Since || c.field == Deadline) {
			cuts = append(cuts, c.spans[0][0])
		}
	}
	d.pieces = clauses(d.f.text, cuts)
	sentences := 0
	for _, p := range d.pieces {
		if p.ends {
			sentences++
		}
	}
	if len(d.pieces) < 2 || !foreign && (isWide(open) || sentences < 2 || words(text) <= 3) {
		return false
	}
	d.cut()
	owner := d.owner()
	if owner < 0 {
		return false
	}
	wide := isWide(open)
	d.hold(owner, wide)
	if !d.reads() && wide {
		d.hold(owner, false)
	}
	if !d.reads() {
		return false
	}
	d.share()
	return true
}

// cut takes the raw text of all pieces.
func (d *dividing) cut() {
	rest := d.f.raw
	for _, p := range d.pieces {
		n := runes(d.f.text[p.from:p.to])
		d.raws = append(d.raws, string(rest[:n]))
		rest = rest[n:]
	}
}

// touching lists the claims of other fields, or of the open one, on a piece.
func (d *dividing) touching(i int, own bool) (list []claim) {
	for _, c := range d.claims {
		if (c.field == d.open) == own && c.touches(d.pieces[i].from, d.pieces[i].to) {
			list = append(list, c)
		}
	}
	return list
}

// owner finds the clause that answers the open question: best one that is
// certain to, then one that nothing else claims.
func (d *dividing) owner() int {
	best, rank := -1, 0
	for i := range d.pieces[:min(len(d.pieces), ownerMax)] {
		r := d.t.s.check(d.open, trimClause(d.raws[i]), d.t.env)
		mine, others := len(d.touching(i, true)) > 0, len(d.touching(i, false)) > 0
		now := 0
		switch {
		case r.value == "":
		case mine && r.problem == nil:
			now = 4
		case !others && r.problem == nil:
			now = 3
		case r.problem == nil:
			now = 2
		case !others:
			now = 1
		}
		if now > rank {
			best, rank = i, now
		}
	}
	return best
}

// hold says whose each piece is.
func (d *dividing) hold(owner int, wide bool) {
	d.holder = make([]Field, len(d.pieces))
	free := func(i int) bool { return d.holder[i] == "" && len(d.touching(i, false)) == 0 }
	for i := range d.pieces {
		if i == owner || len(d.touching(i, true)) > 0 {
			d.holder[i] = d.open
		}
	}
	for i := range d.pieces {
		if free(i) && (wide || d.says(i, owner)) {
			d.holder[i] = d.open
		}
	}
	for i := owner + 1; i < len(d.pieces) && !d.pieces[i-1].ends && (free(i) || d.holder[i] == d.open); i++ {
		d.holder[i] = d.open
	}
	for i := owner - 1; i >= 0 && !d.pieces[i].ends && (free(i) || d.holder[i] == d.open); i-- {
		d.holder[i] = d.open
	}
	for i := range d.pieces {
		if claims := d.touching(i, false); d.holder[i] == "" && len(claims) == 1 {
			d.holder[i] = claims[0].field
		}
		if d.holder[i] == "" {
			d.holder[i] = Details
		}
	}
}

// says reports whether a piece speaks of the same as the owner: of as many
// people, or of the records beside the environment.
func (d *dividing) says(i, owner int) bool {
	if d.open == Production {
		return records.MatchString(d.f.text[d.pieces[i].from:d.pieces[i].to])
	}
	if d.open != Affected || i > ownerMax {
		return false
	}
	read := func(i int) string {
		value, _, _ := strings.Cut(d.t.s.check(d.open, trimClause(d.raws[i]), d.t.env).value, separator)
		return value
	}
	value := read(i)
	return value != "" && value == read(owner)
}

// held gives the text of the pieces of a field.
func (d *dividing) held(f Field) string {
	var b strings.Builder
	last := -1
	for i, holder := range d.holder {
		if holder != f {
			continue
		}
		if last >= 0 && last != i-1 && !strings.HasSuffix(b.String(), "\n") {
			b.WriteString(" ")
		}
		b.WriteString(d.raws[i])
		last = i
	}
	return trimClause(b.String())
}

func trimClause(text string) string { return strings.Trim(text, " \t\n\u3000,;.、。，；") }

// reads reports whether what the open field holds answers it.
func (d *dividing) reads() bool {
	return d.t.s.check(d.open, d.held(d.open), d.t.env).value != ""
}

// share stores what every field holds.
func (d *dividing) share() {
	d.t.set(d.open, d.held(d.open))
	for _, c := range d.claims {
		if c.field == d.open {
			continue
		}
		if said := d.held(c.field); said != "" && d.covers(c) && d.t.say(c, said) {
			continue
		}
		d.t.say(c, c.phrase(d.f))
		for i, holder := range d.holder {
			if holder == c.field {
				d.holder[i] = Details
			}
		}
	}
	d.t.places(fold(opening(string(d.f.raw))))
	rest := d.held(Details)
	if d.t.s.Answers[Where] != rest {
		d.t.keep(d.leftover())
	}
}

// covers reports whether a field holds all pieces that its claim touches.
func (d *dividing) covers(c claim) bool {
	for i, p := range d.pieces {
		if c.touches(p.from, p.to) && d.holder[i] != c.field {
			return false
		}
	}
	return true
}

// leftover gives what no field took, as it was written.
func (d *dividing) leftover() string {
	var b strings.Builder
	for i, holder := range d.holder {
		if holder == Details {
			b.WriteString(d.raws[i])
		} else if text := b.String(); text != "" && !strings.HasSuffix(text, " ") && !strings.HasSuffix(text, "\n") {
			b.WriteString(" ")
		}
	}
	return strings.Trim(b.String(), " \t\n,;")
}
