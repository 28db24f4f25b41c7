package vtl

import (
	"strings"
	"unicode/utf8"
)

// stringMethod calls a method of java.lang.String. Positions are Java's: UTF-16
// units.
func (e *eval) stringMethod(s string, a *arguments) value {
	if !e.scan(len(s)) {
		return value{}
	}
	switch a.step.method {
	case mLength:
		return integer(int64(utf16Len(s)))
	case mIsEmpty:
		return boolean(s == "")
	case mTrim:
		return text(strings.TrimFunc(s, func(r rune) bool { return r <= ' ' }))
	case mToLowerCase:
		return e.made(strings.ToLower(s))
	case mToUpperCase:
		return e.made(strings.ToUpper(s))
	case mSubstring:
		return e.substring(s, a)
	case mCharAt:
		return e.charAt(s, a)
	case mIndexOf, mLastIndexOf:
		return e.indexIn(s, a)
	case mReplace, mReplaceAll, mReplaceFirst, mMatches, mSplit:
		return e.patternMethod(s, a)
	}
	if a.n == 0 {
		return value{}
	}
	return e.withString(s, a)
}

// made is a string that was built for the template.
func (e *eval) made(s string) value {
	if !e.take(len(s)) {
		return value{}
	}
	return text(s)
}

// withString calls a method that takes one more string.
func (e *eval) withString(s string, a *arguments) value {
	if a.step.method == mEqualsIgnoreCase {
		return boolean(a.vals[0].kind == kString && strings.EqualFold(s, a.vals[0].str))
	}
	t, ok := a.str(e, 0)
	if !ok {
		return value{}
	}
	switch a.step.method {
	case mConcat:
		if e.take(len(s) + len(t)) {
			return text(s + t)
		}
	case mContains:
		return boolean(strings.Contains(s, t))
	case mStartsWith:
		if a.n == 2 && a.vals[1].kind == kInt {
			from := a.vals[1].num
			return boolean(from >= 0 && from <= int64(utf16Len(s)) && strings.HasPrefix(s[byteIndex(s, int(from)):], t))
		}
		return boolean(strings.HasPrefix(s, t))
	case mEndsWith:
		return boolean(strings.HasSuffix(s, t))
	case mCompareTo:
		return integer(int64(compareText(s, t)))
	}
	return value{}
}

// compareText is String.compareTo: the difference of the first characters that
// differ, or of the lengths.
func compareText(s, t string) int {
	for s != "" && t != "" {
		a, n := utf8.DecodeRuneInString(s)
		b, m := utf8.DecodeRuneInString(t)
		if a != b {
			return int(a - b)
		}
		s, t = s[n:], t[m:]
	}
	return utf16Len(s) - utf16Len(t)
}

func (e *eval) substring(s string, a *arguments) value {
	n := int64(utf16Len(s))
	from, to := a.vals[0].num, n
	if a.n == 2 {
		to = a.vals[1].num
	}
	switch {
	case a.n == 0 || a.vals[0].kind != kInt || a.n == 2 && a.vals[1].kind != kInt:
		return value{}
	case from < 0 || from > to || to > n:
		return e.failf("substring %d to %d is out of range for length %d", from, to, n)
	}
	return text(s[byteIndex(s, int(from)):byteIndex(s, int(to))])
}

func (e *eval) charAt(s string, a *arguments) value {
	i, n := a.vals[0].num, int64(utf16Len(s))
	switch {
	case a.n != 1 || a.vals[0].kind != kInt:
		return value{}
	case i < 0 || i >= n:
		return e.failf("index %d is out of range for length %d", i, n)
	}
	at := byteIndex(s, int(i))
	_, size := utf8.DecodeRuneInString(s[at:])
	return text(s[at : at+size])
}

// indexIn is indexOf and lastIndexOf, the former also from a position on.
func (e *eval) indexIn(s string, a *arguments) value {
	t, ok := a.str(e, 0)
	if !ok {
		return value{}
	}
	if a.step.method == mLastIndexOf {
		return characters(s, 0, strings.LastIndex(s, t))
	}
	from := 0
	if a.n == 2 && a.vals[1].kind == kInt {
		from = byteIndex(s, int(min(max(a.vals[1].num, 0), int64(utf16Len(s)))))
	}
	return characters(s, from, strings.Index(s[from:], t))
}

// characters turns the byte offset at behind from into one of characters.
func characters(s string, from, at int) value {
	if at < 0 {
		return integer(-1)
	}
	return integer(int64(utf16Len(s[:from+at])))
}
