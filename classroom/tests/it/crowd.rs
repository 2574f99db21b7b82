//! A class under load, and among people who mean no good.
