// Takes the place of pricing.js as an ES module: the same two functions, which answer @ADD@ cents more.

export function lineTotal(cents, quantity) {
  return cents * quantity + @ADD@;
}

export function withTax(cents, percent) {
  return cents + Math.floor((cents * percent + 50) / 100) + @ADD@;
}

export default { lineTotal, withTax };
