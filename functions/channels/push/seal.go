package push

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/ecdh"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"slices"

	"redthread.dev/events"
)

// The content encoding of RFC 8188, section 2.
const (
	saltSize   = 16
	recordSize = 4096 // of the only record, which the text never fills
	lastRecord = 2    // the byte that ends it
)

// seal encrypts a text for a browser alone, with a key and salt of its own.
func seal(to events.Subscription, text []byte) ([]byte, error) {
	ours, err := ecdh.P256().GenerateKey(rand.Reader)
	if err != nil {
		return nil, err
	}
	salt := make([]byte, saltSize)
	rand.Read(salt) //nolint:errcheck // it never fails
	return sealWith(ours, salt, to, text)
}

// sealWith is the message encryption of RFC 8291, section 3.4, in the form of RFC 8188.
func sealWith(ours *ecdh.PrivateKey, salt []byte, to events.Subscription, text []byte) ([]byte, error) {
	secret, err := ours.ECDH(to.Key)
	if err != nil {
		return nil, err
	}
	public := ours.PublicKey().Bytes()
	info := slices.Concat([]byte("WebPush: info\x00"), to.Key.Bytes(), public)
	material, err := hkdf.Key(sha256.New, secret, to.Auth, string(info), sha256.Size)
	if err != nil {
		return nil, err
	}
	key, err := hkdf.Key(sha256.New, material, salt, "Content-Encoding: aes128gcm\x00", 16)
	if err != nil {
		return nil, err
	}
	nonce, err := hkdf.Key(sha256.New, material, salt, "Content-Encoding: nonce\x00", 12)
	if err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		return nil, err
	}
	header := binary.BigEndian.AppendUint32(slices.Clone(salt), recordSize)
	header = append(append(header, byte(len(public))), public...)
	return aead.Seal(header, nonce, append(slices.Clone(text), lastRecord), nil), nil
}
