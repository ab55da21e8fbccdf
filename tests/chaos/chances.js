// Chance that can be had again: numbers from a seed (mulberry32).
export function chances(seed) {
  let state = seed >>> 0;
  const fraction = () => {
    state = (state + 0x6D2B79F5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  const below = (n) => Math.floor(fraction() * n);
  return { fraction, below, chance: (p) => fraction() < p, one: (list) => list[below(list.length)] };
}
