"""Engines that guess text from pictures and speech: our adapters to the libraries of the extras, and the process they run in.

Trust: a library of such size is not believed. It is loaded before the walls stand and is trusted with nothing but its model;
it sees one stranger's file behind them, and what it says is a guess (protocols.py).
"""
