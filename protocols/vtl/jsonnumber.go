package vtl

import "strconv"

// numeral reads a number: an integer, or what has a point or an exponent as a
// 64-bit floating number.
func (d *document) numeral() (value, bool) {
	from := d.at
	if d.peek() == '-' {
		d.at++
	}
	lead := d.at
	whole := d.digits()
	if whole == 0 || whole > 1 && d.text[lead] == '0' {
		return value{}, false
	}
	fraction := false
	if d.peek() == '.' {
		d.at++
		if fraction = true; d.digits() == 0 {
			return value{}, false
		}
	}
	if c := d.peek(); c == 'e' || c == 'E' {
		d.at++
		if c := d.peek(); c == '+' || c == '-' {
			d.at++
		}
		if fraction = true; d.digits() == 0 {
			return value{}, false
		}
	}
	return d.e.numeral(d.text[from:d.at], fraction), d.e.err == nil
}

func (d *document) peek() byte {
	if d.at < len(d.text) {
		return d.text[d.at]
	}
	return 0
}

func (d *document) digits() int {
	from := d.at
	for c := d.peek(); c >= '0' && c <= '9'; c = d.peek() {
		d.at++
	}
	return d.at - from
}

// numeral is the number that s spells. What is too large for a float is
// infinite, as in Java.
func (e *eval) numeral(s string, fraction bool) value {
	if fraction {
		f, _ := strconv.ParseFloat(s, 64)
		return float(f)
	}
	if len(s) < 19 {
		return integer(small(s))
	}
	if n, err := strconv.ParseInt(s, 10, 64); err == nil {
		return integer(n)
	}
	if len(s) > maxDigits {
		return e.fail(ErrMemory)
	}
	return value{kind: kBig, str: s}
}

// small reads an integer of at most 18 characters.
func small(s string) int64 {
	n, negative := int64(0), s[0] == '-'
	if negative {
		s = s[1:]
	}
	for i := range len(s) {
		n = n*10 + int64(s[i]-'0')
	}
	if negative {
		return -n
	}
	return n
}
