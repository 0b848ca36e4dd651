const es5Only = `(function () {
  var getOwnPropertyNames = Object.getOwnPropertyNames;
  function keep(owner, names) {
    var kept = (names + " constructor prototype length name").split(" ");
    getOwnPropertyNames(owner).forEach(function (name) {
      if (kept.indexOf(name) < 0) delete owner[name];
    });
  }
  keep(Object, "create defineProperties defineProperty freeze getOwnPropertyDescriptor getOwnPropertyNames getPrototypeOf "
    + "isExtensible isFrozen isSealed keys preventExtensions seal");
  keep(Array, "isArray");
  keep(Array.prototype, "concat every filter forEach indexOf join lastIndexOf map pop push reduce reduceRight reverse shift "
    + "slice some sort splice toLocaleString toString unshift");
  keep(String, "fromCharCode");
  keep(String.prototype, "charAt charCodeAt concat indexOf lastIndexOf replace slice split substr substring toLowerCase "
    + "toString toUpperCase trim valueOf");
  keep(Number, "MAX_VALUE MIN_VALUE NEGATIVE_INFINITY NaN POSITIVE_INFINITY");
  keep(Math, "E LN10 LN2 LOG10E LOG2E PI SQRT1_2 SQRT2 abs acos asin atan atan2 ceil cos exp floor imul log max min pow round "
    + "sin sqrt tan");
  var typedArray = Object.getPrototypeOf(Uint8Array);
  keep(typedArray, "");
  keep(typedArray.prototype, "buffer byteLength byteOffset set subarray");
  keep(globalThis, "Array Boolean Error EvalError Function Infinity Int32Array Math NaN Number Object RangeError ReferenceError "
    + "String SyntaxError TypeError URIError Uint8Array globalThis isFinite isNaN parseFloat parseInt undefined");
})();`;
export {
  es5Only
};
