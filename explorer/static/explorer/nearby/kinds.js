/** Leave the subjects scrolled as they were, as far as the one that is chosen shows. */
export function showChosen(kinds, scroll) {
  const chosen = kinds.querySelector("[aria-current]");
  const start = chosen ? chosen.offsetLeft - kinds.offsetLeft : 0;
  const isSeen = start >= scroll && start + (chosen?.offsetWidth ?? 0) <= scroll + kinds.clientWidth;
  kinds.scrollLeft = isSeen ? scroll : start - parseFloat(getComputedStyle(kinds).paddingLeft);
}
