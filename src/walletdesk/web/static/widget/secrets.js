/* A light look at a message before it leaves the browser: does it have the shape of a secret?

   Shapes only, no word list: it warns, the person decides, and the server's guard checks everything
   again. Rather one question too many than one seed phrase sent. */

// English words of 3 to 8 letters that no seed phrase holds but nearly every sentence does.
const ORDINARY = new Set(
  ("the and with your from was were are been for but not has had could would them their than which who how " +
    "why wallet does did don its our his her she after some here out get got send sent money coins may should " +
    "que los las una con por para como pero sin mis del est esta este hola quiero puedo tengo desde cuando " +
    "donde porque muy nada fue ser son han").split(" "),
);
const WORDS_IN_A_ROW = 11;
const CHINESE_IN_A_ROW = /(?:\p{Script=Han}[\s,，、.。;；|/\d]+){11,}\p{Script=Han}/u;
const CHINESE_ONLY = /^(?:\p{Script=Han}{12}|\p{Script=Han}{15}|\p{Script=Han}{18}|\p{Script=Han}{21}|\p{Script=Han}{24})$/u;
const COMMON_CHINESE = /[的了吗呢吧啊我你您们是不没有这那怎么什请谢]/u;
const HEX_KEY = /(?:^|[^0-9a-z])(?:0x)?[0-9a-f]{64}(?![0-9a-z])/i;
const KEY_WORD = /private|secret|\bkey\b|\bpk\b|privkey|私钥|秘钥|密钥|clave|privada|llave/i;
const HASH_WORD = /\btx|hash|transac|block|哈希|交易|区块|https?:/i;
const WIF = /(?:^|[^0-9A-Za-z])(?:5[1-9A-HJ-NP-Za-km-z]{50}|[KL][1-9A-HJ-NP-Za-km-z]{51})(?![0-9A-Za-z])/;
const EXTENDED = /[xyzuvt]prv[1-9A-HJ-NP-Za-km-z]{90,}/i;
const KEYSTORE = /"crypto"[\s\S]*"ciphertext"|"ciphertext"[\s\S]*"kdf"/i;

function longestRun(text) {
  let run = 0;
  let longest = 0;
  for (const token of text.toLowerCase().split(/[\s,，、;；|.:：()[\]"'“”_\-\d]+/u)) {
    if (token === "") continue;
    run = /^[a-z]{3,8}$/.test(token) && !ORDINARY.has(token) ? run + 1 : 0;
    longest = Math.max(longest, run);
  }
  return longest;
}

/** The kind of secret that a text looks like: seed_phrase, private_key, extended_key, keystore; or null. */
export function secretShape(text) {
  if (EXTENDED.test(text)) return "extended_key";
  if (KEYSTORE.test(text)) return "keystore";
  if (WIF.test(text)) return "private_key";
  // 64 hexadecimal digits are a transaction's hash far more often than a key: the words around decide.
  if (HEX_KEY.test(text) && KEY_WORD.test(text) && !HASH_WORD.test(text)) return "private_key";
  const line = text.trim();
  if (CHINESE_IN_A_ROW.test(line) || (CHINESE_ONLY.test(line) && !COMMON_CHINESE.test(line))) return "seed_phrase";
  return longestRun(text) >= WORDS_IN_A_ROW ? "seed_phrase" : null;
}
