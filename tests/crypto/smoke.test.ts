import { expect, it } from "@jest/globals";
import { createCipheriv, randomBytes } from "node:crypto";
import { aes128 } from "@songbai/sdk/crypto/aes";
import { ccm } from "@songbai/sdk/crypto/ccm";
import { cmac } from "@songbai/sdk/crypto/cmac";
import { crc32c } from "@songbai/sdk/codec/crc32c";
import { fromHex, toHex } from "../support/hex.ts";
it("x", () => {
  const b = fromHex("00112233445566778899aabbccddeeff"); aes128(fromHex("000102030405060708090a0b0c0d0e0f"))(b);
  expect(toHex(b)).toBe("69c4e0d86a7b0430d8cdb78070b4c55a");
  const code = new Uint8Array(16); cmac(aes128(fromHex("2b7e151628aed2a6abf7158809cf4f3c")))(fromHex("6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e5130c81c46a35ce411"),40,code);
  expect(toHex(code)).toBe("dfa66747de9ae63030ca32611497c827");
  expect(crc32c(0,new Uint8Array(Buffer.from("123456789")),0,9)).toBe(0xe3069283|0);
  for(let i=0;i<2000;i++){ const key=randomBytes(16),nl=7+i%7,tl=4+2*(i%7),nonce=randomBytes(nl),aad=randomBytes(i%40),pt=randomBytes(1+(i*7)%70);
   const c=createCipheriv("aes-128-ccm",key,nonce,{authTagLength:tl}); c.setAAD(aad,{plaintextLength:pt.length}); const ct=Buffer.concat([c.update(pt),c.final(),c.getAuthTag()]);
   const x=ccm(aes128(key),nl,tl); const buf=new Uint8Array(pt.length+tl+3); buf.set(pt,3); x.seal(nonce,{bytes:aad,length:aad.length},buf,3,pt.length);
   expect(toHex(buf.subarray(3))).toBe(ct.toString("hex"));
   expect(x.open(nonce,{bytes:aad,length:aad.length},buf,3,pt.length+tl)).toBe(0); expect(toHex(buf.subarray(3,3+pt.length))).toBe(pt.toString("hex")); }
});
