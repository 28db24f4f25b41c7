package vtl

import (
	"math"
	"math/big"
	"strconv"
)

// appendNumber prints a number as Java does.
func appendNumber(dst []byte, v value) []byte {
	switch v.kind {
	case kInt:
		return strconv.AppendInt(dst, v.num, 10)
	case kFloat:
		return appendDouble(dst, v.float())
	}
	return append(dst, v.str...)
}

// appendDouble prints f as Double.toString does: always with a point, and with
// an exponent below a thousandth and from ten million on.
func appendDouble(dst []byte, f float64) []byte {
	switch a := math.Abs(f); {
	case math.IsNaN(f):
		return append(dst, "NaN"...)
	case math.IsInf(f, 1):
		return append(dst, "Infinity"...)
	case math.IsInf(f, -1):
		return append(dst, "-Infinity"...)
	case a != 0 && (a < 1e-3 || a >= 1e7):
		return appendExponent(dst, f)
	}
	from := len(dst)
	dst = strconv.AppendFloat(dst, f, 'f', -1, 64)
	if !hasPoint(dst[from:]) {
		dst = append(dst, ".0"...)
	}
	return dst
}

// appendExponent prints 1.0E10 where Go prints 1e+10.
func appendExponent(dst []byte, f float64) []byte {
	var buf [32]byte
	b := strconv.AppendFloat(buf[:0], f, 'e', -1, 64)
	i := len(b) - 1
	for b[i] != 'e' {
		i--
	}
	dst = append(dst, b[:i]...)
	if !hasPoint(b[:i]) {
		dst = append(dst, ".0"...)
	}
	exponent, _ := strconv.Atoi(string(b[i+1:]))
	return strconv.AppendInt(append(dst, 'E'), int64(exponent), 10)
}

func hasPoint(b []byte) bool {
	for _, c := range b {
		if c == '.' {
			return true
		}
	}
	return false
}

// operator is an operator of expressions.
type operator uint8

const (
	opNone operator = iota
	opOr
	opAnd
	opEq
	opNe
	opLt
	opGt
	opLe
	opGe
	opAdd
	opSub
	opMul
	opDiv
	opMod
)

// arithmetic is a op b. A string on either side of + makes it a concatenation,
// to which null adds nothing; what has no result, such as a division by zero, is
// null.
func (e *eval) arithmetic(op operator, a, b value) value {
	switch {
	case a.kind == kInt && b.kind == kInt:
		if v, ok := whole(op, a.num, b.num); ok {
			return v
		}
		return e.large(op, a, b)
	case op == opAdd && (a.kind == kString || b.kind == kString):
		return e.render(func() { e.print(a); e.print(b) })
	case !a.number() || !b.number():
		return value{}
	case a.kind == kFloat || b.kind == kFloat:
		return floating(op, a.asFloat(), b.asFloat())
	}
	return e.large(op, a, b)
}

// whole calculates with 64-bit integers. It reports false when they overflow.
func whole(op operator, a, b int64) (value, bool) {
	switch op {
	case opAdd:
		n := a + b
		return integer(n), (n > a) == (b > 0)
	case opSub:
		n := a - b
		return integer(n), (n < a) == (b > 0)
	case opMul:
		if a == 0 || b == 0 {
			return integer(0), true
		}
		n := a * b
		return integer(n), n/b == a && (a != -1 || b != math.MinInt64) && (b != -1 || a != math.MinInt64)
	}
	if b == 0 {
		return value{}, true
	}
	if op == opMod {
		return integer(a % b), true
	}
	return integer(a / b), a != math.MinInt64 || b != -1
}

func floating(op operator, a, b float64) value {
	switch op {
	case opAdd:
		return float(a + b)
	case opSub:
		return float(a - b)
	case opMul:
		return float(a * b)
	}
	if b == 0 {
		return value{}
	}
	if op == opMod {
		return float(math.Mod(a, b))
	}
	return float(a / b)
}

// large calculates with integers beyond 64 bits.
func (e *eval) large(op operator, x, y value) value {
	a, b := x.asBig(), y.asBig()
	if !e.work(len(x.str) + len(y.str) + 10) {
		return value{}
	}
	switch op {
	case opAdd:
		a.Add(a, b)
	case opSub:
		a.Sub(a, b)
	case opMul:
		a.Mul(a, b)
	default:
		if b.Sign() == 0 {
			return value{}
		}
		if q, r := new(big.Int).QuoRem(a, b, new(big.Int)); op == opMod {
			a = r
		} else {
			a = q
		}
	}
	return e.bigValue(a)
}

func (e *eval) bigValue(n *big.Int) value {
	if n.IsInt64() {
		return integer(n.Int64())
	}
	s := n.String()
	if len(s) > maxDigits || !e.take(len(s)) {
		return e.fail(ErrMemory)
	}
	return value{kind: kBig, str: s}
}

func (v value) asFloat() float64 {
	switch v.kind {
	case kInt:
		return float64(v.num)
	case kFloat:
		return v.float()
	}
	f, _ := strconv.ParseFloat(v.str, 64)
	return f
}

func (v value) asBig() *big.Int {
	if v.kind == kInt {
		return big.NewInt(v.num)
	}
	n, _ := new(big.Int).SetString(v.str, 10)
	return n
}

// asInt is Number.intValue or longValue: cut off towards zero.
func (v value) asInt() int64 {
	switch v.kind {
	case kInt:
		return v.num
	case kFloat:
		f := v.float()
		switch {
		case math.IsNaN(f):
			return 0
		case f >= math.MaxInt64:
			return math.MaxInt64
		case f <= math.MinInt64:
			return math.MinInt64
		}
		return int64(f)
	}
	n := v.asBig()
	return int64(new(big.Int).And(n, new(big.Int).SetUint64(math.MaxUint64)).Uint64())
}

// compareNumbers orders two numbers.
func compareNumbers(a, b value) int {
	switch {
	case a.kind == kInt && b.kind == kInt:
		return order(a.num, b.num)
	case a.kind == kFloat || b.kind == kFloat:
		return order(a.asFloat(), b.asFloat())
	}
	return a.asBig().Cmp(b.asBig())
}

func order[T int64 | float64](a, b T) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}
